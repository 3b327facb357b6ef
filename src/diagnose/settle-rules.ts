import type { Cause } from '../model/cause.ts';

/** A text that says that something failed, and not what. */
const vague: ReadonlySet<Cause> = new Set<Cause>(['backoff-only', 'other', 'pull-cancelled']);

/**
 * Causes that no walk can contradict: what the pod itself asks for, what comes after the last byte was read, and what the
 * kubelet does by itself. `disk-full` is one that a walk can confirm.
 */
const beyondWalk: ReadonlySet<Cause> = new Set<Cause>([
  ...(['image-name-invalid', 'never-pull', 'signature-policy', 'pull-qps-exceeded'] as const),
  ...(['disk-full', 'disk-io', 'content-corrupt', 'user-or-id-mapping', 'snapshotter'] as const),
  ...(['runtime-unavailable', 'not-a-pull-failure'] as const),
]);

const unreached = [
  ...(['dns-failure', 'network-unreachable', 'network-timeout', 'connection-reset', 'proxy-failure'] as const),
  ...(['plain-http', 'tls-handshake', 'tls-unknown-authority', 'tls-name-mismatch', 'tls-expired'] as const),
  ...(['clock-skew', 'mirror-failure', 'redirect-blocked'] as const),
] as const satisfies Cause[];

const notThere = ['image-not-found', 'tag-not-found', 'auth-required'] as const satisfies Cause[];

/**
 * What a fault that a walk found looks like in the text of a pull, besides its own cause: a walk explains such a text even when
 * it was made before the latest attempt. Sources: internals of containerd's resolver, and the lab's pulls.
 */
const looksLike: Partial<Record<Cause, readonly Cause[]>> = {
  // Left out as a whole, hosts.toml sends the pull to the upstream: whatever that one says.
  'hosts-config-invalid': [
    ...unreached,
    ...notThere,
    'auth-denied',
    'rate-limited',
    'registry-error',
    'not-a-registry',
  ],
  'dns-failure': ['network-timeout', 'network-unreachable', 'mirror-failure', 'redirect-blocked'],
  'network-unreachable': ['network-timeout', 'connection-reset', 'mirror-failure', 'redirect-blocked'],
  'network-timeout': [
    'network-unreachable',
    'connection-reset',
    'mirror-failure',
    'redirect-blocked',
    'registry-error',
  ],
  'connection-reset': ['network-timeout', 'tls-handshake', 'mirror-failure', 'redirect-blocked'],
  'proxy-failure': [...unreached, 'auth-denied', 'registry-error', 'not-a-registry', 'unsupported-manifest'],
  'tls-unknown-authority': ['tls-name-mismatch', 'tls-expired', 'tls-handshake', 'mirror-failure', 'redirect-blocked'],
  'tls-name-mismatch': ['tls-unknown-authority', 'tls-expired', 'mirror-failure', 'redirect-blocked'],
  'tls-expired': ['tls-unknown-authority', 'tls-name-mismatch', 'mirror-failure', 'redirect-blocked'],
  'clock-skew': ['tls-expired', 'tls-unknown-authority', 'auth-denied'],
  'tls-handshake': ['connection-reset', 'plain-http', 'mirror-failure', 'redirect-blocked'],
  'plain-http': ['tls-handshake', 'connection-reset', 'registry-error', 'mirror-failure'],
  // A page with status 200 is a manifest of the wrong type, one with 404 a missing image, one with 403 a refusal.
  'not-a-registry': [
    ...notThere,
    'auth-denied',
    'unsupported-manifest',
    'registry-error',
    'mirror-failure',
    'redirect-blocked',
  ],
  'registry-error': ['not-a-registry', 'mirror-failure', 'network-timeout'],
  'rate-limited': ['registry-error', 'mirror-failure'],
  'redirect-blocked': [...unreached, 'auth-denied', 'registry-error'],
  // containerd says `not found` of both, and a refusal is how registries hide what is not there.
  'image-not-found': ['tag-not-found', 'auth-required', 'mirror-failure'],
  'tag-not-found': ['image-not-found', 'auth-required', 'mirror-failure'],
  'platform-mismatch': ['tag-not-found', 'image-not-found', 'unsupported-manifest'],
  'unsupported-manifest': ['platform-mismatch', 'tag-not-found', 'image-not-found'],
  'auth-denied': ['auth-required', 'image-not-found', 'tag-not-found'],
  'credential-provider': ['auth-required', 'auth-denied'],
};

/** Refusals that the kubelet's own credentials got: a walk that has none sees less than the pull did. */
const seenWithCredentials: ReadonlySet<Cause> = new Set<Cause>([
  'auth-denied',
  'secret-problem',
  'credential-provider',
]);
const hidden: ReadonlySet<Cause> = new Set<Cause>(['image-not-found', 'tag-not-found', 'auth-required']);

/** Whether a fault found by a walk could show as this text: then an older walk explains it, and a newer one replaces it. */
export const explainsText = (fault: Cause, text: Cause): boolean =>
  fault === text || vague.has(text) || looksLike[fault]?.includes(text) === true;

/**
 * Whose cause it is: the walk's where it explains the text or is newer than the failure, the text's where the walk sees less
 * than the pull did, nobody's (the text stays, undecided) otherwise.
 */
export const decide = (text: Cause, fault: Cause, walkIsNewer: boolean): 'walk' | 'text' | 'open' => {
  if (fault === text) return 'walk';
  if (beyondWalk.has(text)) return 'open';
  if (seenWithCredentials.has(text) && hidden.has(fault)) return 'text';
  // Without credentials a walk ends where the pull may have gone on with the pod's.
  if (fault === 'auth-required') return vague.has(text) ? 'walk' : 'text';
  return walkIsNewer || explainsText(fault, text) ? 'walk' : 'open';
};

/** Whether a walk that finds the path sound says anything of a pull that failed with this cause. */
export const isOfPath = (text: Cause): boolean => !beyondWalk.has(text);
