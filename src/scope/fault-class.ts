import type { Cause, Stage } from '../model/cause.ts';

/**
 * What a cause says something about: the way from the node to a host, one image, or the node itself; null is no fault
 * that nodes can have in common.
 */
type Subject = 'host' | 'image' | 'node';

const subjects: Record<Cause, Subject | null> = {
  'image-name-invalid': 'image',
  'never-pull': 'image',
  'image-not-found': 'image',
  'tag-not-found': 'image',
  'platform-mismatch': 'image',
  'unsupported-manifest': 'image',
  'auth-required': 'image',
  'auth-denied': 'image',
  'secret-problem': 'image',
  'credential-provider': 'node',
  'rate-limited': 'host',
  'registry-error': 'host',
  'not-a-registry': 'host',
  'dns-failure': 'host',
  'network-unreachable': 'host',
  'network-timeout': 'host',
  'connection-reset': 'host',
  'proxy-failure': 'host',
  'tls-unknown-authority': 'host',
  'tls-name-mismatch': 'host',
  'tls-expired': 'host',
  'clock-skew': 'node',
  'tls-handshake': 'host',
  'plain-http': 'host',
  'redirect-blocked': 'host',
  'mirror-failure': 'host',
  'hosts-config-invalid': 'host',
  'disk-full': 'node',
  'disk-io': 'node',
  'content-corrupt': 'image',
  'user-or-id-mapping': 'image',
  snapshotter: 'node',
  'runtime-unavailable': 'node',
  'pull-cancelled': 'node',
  'pull-qps-exceeded': 'node',
  'signature-policy': 'image',
  'backoff-only': null,
  other: 'image',
  'not-a-pull-failure': null,
};

/** What a cause says something about; null for what is no fault that nodes can share. */
export const subjectOf = (cause: Cause): Subject | null => subjects[cause];

const tcp: ReadonlySet<Cause> = new Set<Cause>(['network-unreachable', 'network-timeout', 'connection-reset']);

/** Causes that are one fault seen from several nodes: a host that is down refuses one node and lets another wait. */
export const classOf = (cause: Cause): string => (tcp.has(cause) ? 'tcp' : cause);

const network: ReadonlySet<string> = new Set(['dns-failure', 'tcp', 'proxy-failure']);

/** Classes that one broken thing of a node or zone shows as at different registries: its way out. */
export const familyOf = (faultClass: string): string => (network.has(faultClass) ? 'network' : faultClass);

const order: readonly Stage[] = [
  ...(['reference', 'config', 'dns', 'proxy', 'tcp', 'tls', 'auth', 'registry'] as const),
  ...(['manifest', 'blob', 'unpack', 'runtime'] as const),
];

/** How far along the path a stage is: a node that failed at a later one has passed this one. */
export const stageRank = (stage: Stage | null): number => (stage === null ? order.length : order.indexOf(stage));
