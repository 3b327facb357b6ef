/** Where on the pull path something broke, in the order a pull walks it. */
export type Stage =
  | 'reference'
  | 'config'
  | 'dns'
  | 'proxy'
  | 'tcp'
  | 'tls'
  | 'auth'
  | 'registry'
  | 'manifest'
  | 'blob'
  | 'unpack'
  | 'runtime';

/** Who can fix it. Only `node` and `runtime` may raise a node condition. */
export type Owner = 'workload' | 'credentials' | 'node' | 'network' | 'registry' | 'runtime';

/** Whether trying again can help: it may heal by itself, never until someone changes something, or only later. */
export type Retry = 'heals' | 'never' | 'wait';

type CauseFacts = { stage: Stage | null; owner: Owner | null; retry: Retry | null };

const fact = (stage: Stage, owner: Owner, retry: Retry): CauseFacts => ({ stage, owner, retry });
const unknown: CauseFacts = { stage: null, owner: null, retry: null };

/** Every cause pullpath can name. Slugs are part of the API: never renamed, never reused. */
export const causes = {
  'image-name-invalid': fact('reference', 'workload', 'never'),
  'never-pull': fact('reference', 'workload', 'never'),
  'image-not-found': fact('manifest', 'workload', 'never'),
  'tag-not-found': fact('manifest', 'workload', 'never'),
  'platform-mismatch': fact('manifest', 'workload', 'never'),
  'unsupported-manifest': fact('manifest', 'workload', 'never'),
  'auth-required': fact('auth', 'credentials', 'never'),
  'auth-denied': fact('auth', 'credentials', 'never'),
  'secret-problem': fact('auth', 'credentials', 'never'),
  'credential-provider': fact('auth', 'node', 'heals'),
  'rate-limited': fact('registry', 'registry', 'wait'),
  'registry-error': fact('registry', 'registry', 'heals'),
  'not-a-registry': fact('registry', 'network', 'heals'),
  'dns-failure': fact('dns', 'network', 'heals'),
  'network-unreachable': fact('tcp', 'network', 'heals'),
  'network-timeout': fact('tcp', 'network', 'heals'),
  'connection-reset': fact('tcp', 'network', 'heals'),
  'proxy-failure': fact('proxy', 'network', 'heals'),
  'tls-unknown-authority': fact('tls', 'node', 'never'),
  'tls-name-mismatch': fact('tls', 'registry', 'never'),
  'tls-expired': fact('tls', 'registry', 'never'),
  'clock-skew': fact('tls', 'node', 'heals'),
  'tls-handshake': fact('tls', 'registry', 'never'),
  'plain-http': fact('tls', 'node', 'never'),
  'redirect-blocked': fact('blob', 'network', 'heals'),
  'mirror-failure': fact('registry', 'node', 'heals'),
  'hosts-config-invalid': fact('config', 'node', 'never'),
  'disk-full': fact('unpack', 'node', 'heals'),
  'disk-io': fact('unpack', 'node', 'never'),
  'content-corrupt': fact('blob', 'registry', 'heals'),
  'user-or-id-mapping': fact('unpack', 'node', 'never'),
  snapshotter: fact('unpack', 'runtime', 'heals'),
  'runtime-unavailable': fact('runtime', 'runtime', 'heals'),
  'pull-cancelled': fact('runtime', 'runtime', 'heals'),
  'pull-qps-exceeded': fact('runtime', 'node', 'wait'),
  'signature-policy': fact('manifest', 'workload', 'never'),
  'backoff-only': unknown,
  other: unknown,
  'not-a-pull-failure': unknown,
} as const satisfies Record<string, CauseFacts>;

/** The stable slug of a cause. */
export type Cause = keyof typeof causes;

/** Stage, owner and retry of a cause; null where the taxonomy has none. */
export const causeFacts = (cause: Cause): CauseFacts => causes[cause];
