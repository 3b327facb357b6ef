import type { Cause } from './cause.ts';

type CheckCodeFacts = { cause: Cause | null; means: string };
const code = (cause: Cause | null, means: string): CheckCodeFacts => ({ cause, means });

/** Every code a check of the walk can have and the cause it stands for; null where it is no failure. Codes are never renamed. */
export const checkCodes = {
  'proxy-not-reloaded': code(
    'proxy-failure',
    'the unit’s proxy settings differ from those containerd runs with: a restart is missing',
  ),
  'dns-nxdomain': code('dns-failure', 'the nameserver says that there is no such name (NXDOMAIN)'),
  'dns-nodata': code('dns-failure', 'the name is there, but has no address'),
  'dns-servfail': code('dns-failure', 'the nameserver failed (SERVFAIL)'),
  'dns-refused': code('dns-failure', 'the nameserver refuses to answer for this name (REFUSED)'),
  'dns-timeout': code('dns-failure', 'no answer from the nameserver in time'),
  'dns-unreachable': code('dns-failure', 'nothing listens at the nameserver’s address, or there is no route to it'),
  'dns-malformed': code('dns-failure', 'the nameserver’s answer cannot be read'),
  'dns-name-invalid': code('dns-failure', 'the name cannot be a host name'),
  'tcp-refused': code('network-unreachable', 'the address refuses connections at this port'),
  'tcp-unreachable': code('network-unreachable', 'there is no route to the address'),
  'tcp-timeout': code('network-timeout', 'no answer to the connection attempt in time'),
  'connection-reset': code('connection-reset', 'the other side closed or reset the connection'),
  'proxy-unreachable': code('proxy-failure', 'no connection to the proxy itself'),
  'proxy-auth-required': code('proxy-failure', 'the proxy wants credentials (407)'),
  'proxy-refused': code('proxy-failure', 'the proxy refuses to connect to the host'),
  'proxy-malformed': code('proxy-failure', 'what the proxy answers is not HTTP'),
  'proxy-timeout': code('proxy-failure', 'no answer from the proxy in time'),
  'proxy-invalid': code('proxy-failure', 'the proxy’s URL cannot be used'),
  'tls-timeout': code('network-timeout', 'the TLS handshake got no answer in time'),
  'tls-plain-http': code('plain-http', 'the port speaks HTTP without TLS'),
  'tls-not-tls': code('tls-handshake', 'what answers is not TLS'),
  'tls-alert': code('tls-handshake', 'the handshake was refused: version, cipher, name or client certificate'),
  'tls-expired': code('tls-expired', 'a certificate of the chain has ended'),
  'tls-not-yet-valid': code('tls-expired', 'a certificate of the chain is not valid yet'),
  'tls-name-mismatch': code('tls-name-mismatch', 'the certificate is for other names'),
  'tls-unknown-authority': code('tls-unknown-authority', 'the chain ends at no CA that containerd has for this host'),
  'tls-chain-invalid': code(
    'tls-unknown-authority',
    'the chain is broken: a bad signature or a wrong kind of certificate',
  ),
  'http-timeout': code('network-timeout', 'no answer to the request in time'),
  'http-malformed': code('registry-error', 'the answer is not HTTP, or its headers are too large'),
  'plain-http-to-tls': code('plain-http', 'plain HTTP is configured, and the port speaks TLS'),
  'not-a-registry': code('not-a-registry', 'a page answers that no registry gives'),
  'registry-error': code('registry-error', 'the registry answers 5xx'),
  'unexpected-status': code('registry-error', 'the answer is one that a registry would not give'),
  'rate-limited': code('rate-limited', 'the registry answers 429: too many requests'),
  'rate-limit-exhausted': code('rate-limited', 'no pull is left until the window ends'),
  'auth-required': code('auth-required', 'the registry wants credentials, and the node itself has none for it'),
  forbidden: code('auth-required', 'the registry answers 403 without credentials'),
  'token-refused': code('auth-required', 'the token service gives no token without credentials'),
  'credentials-refused': code('auth-denied', 'the registry refuses the credentials that this node has for it'),
  'credential-provider-failed': code(
    'credential-provider',
    'credentials are needed, and the kubelet’s credential provider plugin gives none',
  ),
  'token-malformed': code('registry-error', 'the token service’s answer holds no token'),
  'realm-invalid': code('registry-error', 'the registry names a token service that cannot be one'),
  'repository-not-found': code('image-not-found', 'the registry has no such repository'),
  'tag-not-found': code('tag-not-found', 'the repository has no such tag or digest'),
  'manifest-not-found': code(
    'tag-not-found',
    'not found, and the registry does not tell whether the repository is there',
  ),
  'manifest-unsupported': code('unsupported-manifest', 'what is served cannot be read as an image manifest'),
  'platform-missing': code('platform-mismatch', 'the image is not built for this node’s platform'),
  'blob-missing': code('registry-error', 'the manifest names a layer that the registry does not have'),
  'blob-host-unreachable': code('redirect-blocked', 'the host that the layer is redirected to cannot be reached'),
  'redirect-refused': code('redirect-blocked', 'a redirect to an address of this node itself: not followed'),
  'redirect-loop': code('registry-error', 'more redirects than can be meant'),
  'clock-skewed': code('clock-skew', 'the node’s clock differs from the registries’ by more than a minute'),
  'disk-full': code('disk-full', 'less than 1 % or 200 MiB of space, or no inodes, are left'),
  'cri-unavailable': code('runtime-unavailable', 'the runtime does not answer on its socket'),
  'waits-for': code(null, 'not tested, because an earlier check failed'),
  cancelled: code(null, 'not tested: the time for the whole walk was over, or it was stopped'),
  'request-budget': code(null, 'not tested: the requests that one walk may send to a host were spent'),
  'no-ipv6': code(null, 'not tested: this node has no IPv6, and an IPv4 address answers'),
  'costs-a-pull': code(null, 'not tested: at Docker Hub the request would count as a pull'),
  'proxy-socks': code(null, 'not tested: containerd goes through a SOCKS proxy, which check does not speak to'),
  'credentials-withheld': code(
    null,
    'not tested: credentials are needed, and those of this node are not safe to send or for another host',
  ),
  'not-told': code(null, 'not tested: there is nothing to read it from'),
  'not-needed': code(null, 'not tested: the registry does not ask for it'),
} as const satisfies Record<string, CheckCodeFacts>;

/** Codes of what was left out although a pull would need it: nothing is known to be sound behind them. */
export const untestedCodes: ReadonlySet<string | null> = new Set<CheckCode | null>([
  ...(['cancelled', 'request-budget', 'proxy-socks', 'credentials-withheld'] as const),
]);

/** The stable code of a check's outcome. */
export type CheckCode = keyof typeof checkCodes;
