import type { TextRule } from '../text-rule.ts';

const head =
  'failed to pull and unpack image "reg.example/app:1": failed to resolve reference "reg.example/app:1": failed to do request: Head "https://reg.example/v2/app/manifests/1": ';
const mirror =
  'failed to pull and unpack image "docker.io/library/nginx:1": failed to resolve image: failed to do request: Head "https://mirror.example/v2/library/nginx/manifests/1?ns=docker.io": ';
const blob =
  'failed to pull and unpack image "quay.io/team/app:1": failed to copy: httpReadSeeker: failed open: failed to do request: Get "https://cdn01.quay.io/sha256/13/13e820178dcdf6ec?Expires=1&Signature=x": ';
const timeout = 'dial tcp 192.0.2.1:443: i/o timeout';
const refused = 'dial tcp 192.0.2.1:443: connect: connection refused';
const noHost = (host: string): string => `dial tcp: lookup ${host} on 10.0.0.2:53: no such host`;

/** The way there: proxy, and TLS, whoever the host is. */
const wayRules: TextRule[] = [
  {
    cause: 'proxy-failure',
    when: { proxy: true },
    also: [],
    fires: [
      `${head}proxyconnect tcp: dial tcp 192.0.2.9:3128: connect: connection refused`,
      `${head}proxyconnect tcp: dial tcp: lookup proxy.example on 10.0.0.2:53: no such host`,
      `${head}Proxy Authentication Required`,
      `${head}socks connect tcp 192.0.2.9:1080->reg.example:443: connection refused`,
    ],
    nearly: [
      head + refused,
      'failed to pull image "reg.example/proxyconnect:1": reg.example/proxyconnect:1: not found',
    ],
  },
  {
    cause: 'proxy-failure',
    when: { status: [407] },
    also: [],
    fires: ['Error: initializing source docker://reg.example/app:1: StatusCode: 407, <html><body>Access</body></html>'],
    nearly: [
      'failed to resolve reference "reg.example/app:1": unexpected status from HEAD request to https://reg.example/v2/app/manifests/1: 401 Unauthorized',
    ],
  },
  {
    cause: 'proxy-failure',
    // A proxy that refuses CONNECT shows only its reason phrase, without a number (net/http transport).
    when: {
      like: /‹url›: (?:forbidden|bad gateway|service unavailable|gateway time-?out|bad request|unauthorized|method not allowed|not found|internal server error|access denied|authenticationrequired|connection established|host_not_found|service denied|name resolution error|unknown status)(?!:)/,
      saysNot: /unexpected status|status code/,
    },
    also: ['auth-denied', 'registry-error'],
    fires: ['Error response from daemon: Get "https://registry-1.docker.io/v2/": Forbidden', `${head}Bad Gateway`],
    nearly: ['unexpected status from HEAD request to https://reg.example/v2/app/manifests/1: 403 Forbidden'],
  },
  {
    cause: 'plain-http',
    when: { fault: ['plain-http'] },
    also: [],
    fires: [
      `${head}http: server gave HTTP response to HTTPS client`,
      'Error response from daemon: Get "http://reg.example:5000/v2/": net/http: HTTP/1.x transport connection broken: malformed HTTP response "\\x15\\x03\\x01\\x00\\x02\\x02"',
    ],
    nearly: [`${head}http2: server sent GOAWAY and closed the connection`],
  },
  {
    cause: 'plain-http',
    when: { fault: ['not-tls'] },
    also: ['tls-handshake', 'proxy-failure'],
    fires: [`${head}tls: first record does not look like a TLS handshake`],
    nearly: [`${head}remote error: tls: handshake failure`],
  },
  {
    cause: 'plain-http',
    when: { status: [400], says: ['to ‹url›: 400', '‹url›: 400'], saysNot: /unauthorized|denied|name invalid|https:/ },
    also: ['registry-error', 'mirror-failure'],
    fires: [
      'failed to resolve image: unexpected status from HEAD request to http://other.test:5013/v2/lib/a/manifests/ok: 400 Bad Request',
    ],
    nearly: [
      'failed to resolve image: unexpected status from HEAD request to http://other.test:5013/v2/lib/a/manifests/ok: 401 Unauthorized',
    ],
  },
];

const tls = (cause: 'tls-expired' | 'tls-name-mismatch' | 'tls-unknown-authority' | 'tls-handshake'): TextRule[] => {
  const table = {
    'tls-expired': {
      fault: 'expired',
      also: ['clock-skew'],
      text: 'tls: failed to verify certificate: x509: certificate has expired or is not yet valid: current time 2026-11-21T22:41:54Z is after 2026-11-19T22:37:34Z',
    },
    'tls-name-mismatch': {
      fault: 'wrong-name',
      also: [],
      text: 'tls: failed to verify certificate: x509: certificate is valid for other.example, not reg.example',
    },
    'tls-unknown-authority': {
      fault: 'unknown-authority',
      also: [],
      text: 'tls: failed to verify certificate: x509: certificate signed by unknown authority',
    },
    'tls-handshake': { fault: 'tls-refused', also: [], text: 'remote error: tls: handshake failure' },
  } as const;
  const { fault, also, text } = table[cause];
  const nearly = `${head}net/http: TLS handshake timeout`;
  return [
    {
      cause,
      when: { fault: [fault], role: ['redirect'] },
      also: [...also, 'redirect-blocked'],
      fires: [`error pulling image configuration: download failed after attempts=6: ${text}`, blob + text],
      nearly: [head + text],
    },
    {
      cause,
      when: { fault: [fault], role: ['mirror'] },
      also: [...also, 'mirror-failure'],
      fires: [mirror + text],
      nearly: [head + text],
    },
    {
      cause,
      when: { fault: [fault] },
      also: [...also],
      fires: [head + text, `Error response from daemon: Get "https://reg.example/v2/": ${text}`],
      nearly: [nearly],
    },
  ];
};

/** What a host that cannot be reached does, by the part it plays: what is told of a mirror or a blob store is not the registry's. */
const reachRules: TextRule[] = [
  {
    cause: 'mirror-failure',
    when: { role: ['mirror'], lookup: true },
    also: ['dns-failure'],
    fires: [mirror + noHost('mirror.example')],
    nearly: [head + noHost('reg.example')],
  },
  {
    cause: 'mirror-failure',
    when: { role: ['mirror'], fault: ['refused', 'unreachable'] },
    also: ['network-unreachable'],
    fires: [mirror + refused],
    nearly: [head + refused],
  },
  {
    cause: 'mirror-failure',
    when: { role: ['mirror'], fault: ['timeout'] },
    also: ['network-timeout'],
    fires: [mirror + timeout],
    nearly: [head + timeout],
  },
  {
    cause: 'mirror-failure',
    when: { role: ['mirror'], fault: ['reset'] },
    also: ['connection-reset'],
    fires: [`${mirror}EOF`],
    nearly: [`${head}EOF`],
  },
  {
    cause: 'redirect-blocked',
    when: { role: ['redirect'], lookup: true },
    also: ['dns-failure'],
    fires: [blob + noHost('cdn01.quay.io')],
    nearly: [head + noHost('reg.example')],
  },
  {
    cause: 'redirect-blocked',
    when: { role: ['redirect'], fault: ['refused', 'unreachable'] },
    also: ['network-unreachable'],
    fires: [blob + refused],
    nearly: [head + refused],
  },
  {
    cause: 'redirect-blocked',
    when: { role: ['redirect'], fault: ['timeout'] },
    also: ['network-timeout'],
    fires: [
      blob + timeout,
      'failed to pull and unpack image "registry.k8s.io/pause:3.10": failed to resolve reference "registry.k8s.io/pause:3.10": failed to do request: Head "https://us-west2-docker.pkg.dev/v2/k8s-artifacts-prod/images/pause/manifests/3.10": dial tcp 192.0.2.1:443: i/o timeout',
    ],
    nearly: [head + timeout],
  },
  {
    cause: 'connection-reset',
    when: { role: ['redirect'], fault: ['reset'] },
    also: ['redirect-blocked'],
    fires: [`${blob}read tcp 10.0.0.5:50116->192.0.2.1:443: read: connection reset by peer`],
    nearly: [`${blob}${timeout}`],
  },
];

/** The registry itself, or a token service, cannot be reached. */
const networkRules: TextRule[] = [
  {
    cause: 'dns-failure',
    when: { lookup: true, fault: ['unreachable', 'refused'] },
    also: ['network-unreachable'],
    fires: [
      `${head}dial tcp: lookup reg.example on [2001:db8::53]:53: dial udp [2001:db8::53]:53: connect: network is unreachable`,
      `${head}dial tcp: lookup reg.example on 10.0.0.2:53: read udp 10.0.0.5:44034->10.0.0.2:53: read: connection refused`,
    ],
    nearly: [head + refused],
  },
  {
    cause: 'dns-failure',
    when: { lookup: true, fault: ['timeout'] },
    also: ['network-timeout'],
    fires: [
      `${head}dial tcp: lookup reg.example on 10.0.0.2:53: read udp 10.0.0.5:40830->10.0.0.2:53: i/o timeout`,
      `${head}dial tcp: lookup reg.example: i/o timeout`,
    ],
    nearly: [head + timeout],
  },
  {
    cause: 'dns-failure',
    when: { lookup: true },
    also: [],
    fires: [
      head + noHost('reg.example'),
      `${head}dial tcp: lookup reg.example on 10.0.0.2:53: server misbehaving`,
      `${head}dial tcp: lookup reg.example: Temporary failure in name resolution`,
    ],
    nearly: [
      head + timeout,
      'failed to pull and unpack image "reg.example/lookup:1": failed to resolve image: reg.example/lookup:1: not found',
    ],
  },
  {
    cause: 'dns-failure',
    when: { fault: ['no-such-host', 'resolver'] },
    also: [],
    fires: [`${head}dial tcp: no such host`],
    nearly: [head + refused],
  },
  {
    cause: 'network-timeout',
    when: { fault: ['timeout'] },
    also: [],
    fires: [
      head + timeout,
      `${head}net/http: TLS handshake timeout`,
      `${head}net/http: timeout awaiting response headers`,
      'Error response from daemon: Get "https://registry-1.docker.io/v2/": net/http: request canceled while waiting for connection (Client.Timeout exceeded while awaiting headers)',
      `${head}dial tcp 192.0.2.1:443: connect: connection timed out`,
    ],
    nearly: [head + refused],
  },
  {
    cause: 'network-timeout',
    when: { says: ['{get,head,post} ‹url›: context deadline exceeded'] },
    also: ['pull-cancelled'],
    fires: [`${head}context deadline exceeded`],
    nearly: ['rpc error: code = DeadlineExceeded desc = context deadline exceeded'],
  },
  {
    cause: 'network-unreachable',
    when: { fault: ['refused', 'unreachable'] },
    also: [],
    fires: [
      head + refused,
      `${head}dial tcp 192.0.2.1:443: connect: no route to host`,
      `${head}dial tcp [2001:db8::1]:443: connect: network is unreachable`,
      'Failed to pull image "reg.example/app:1": RegistryUnavailable: image pull failed for reg.example/app:1 because the registry is unavailable: pinging container registry reg.example: Get "https://reg.example/v2/": dial tcp 192.0.2.1:443: connect: connection refused',
    ],
    nearly: [`${head}read tcp 10.0.0.5:50116->192.0.2.1:443: read: connection reset by peer`],
  },
  {
    cause: 'network-unreachable',
    when: { says: ['registryunavailable', 'because the registry is unavailable'] },
    also: ['network-timeout'],
    fires: ['Error: RegistryUnavailable'],
    nearly: ['Error: ErrImagePull'],
  },
  {
    cause: 'connection-reset',
    when: {
      fault: ['reset'],
      says: ['httpread{er,}seeker', 'failed to copy', 'writing blob', 'copying', 'image configuration'],
    },
    also: ['redirect-blocked', 'content-corrupt'],
    fires: [
      'failed to pull and unpack image "quay.io/team/app:1": failed to copy: httpReadSeeker: failed open: read tcp 10.0.0.5:50116->192.0.2.1:443: read: connection reset by peer',
      'Error: writing blob: storing blob to file "/var/tmp/container_images_storage1/3": happened during read: unexpected EOF',
    ],
    nearly: [`${head}EOF`],
  },
  {
    cause: 'connection-reset',
    when: { fault: ['reset'] },
    also: [],
    fires: [
      `${head}read tcp 10.0.0.5:50116->192.0.2.1:443: read: connection reset by peer`,
      `${head}EOF`,
      'failed to pull and unpack image "reg.test:5001/lib/a:truncated": short read: expected 200255 bytes but got 100127: unexpected EOF',
      'failed to pull and unpack image "reg.test:5001/lib/a:truncated": failed to read expected number of bytes: unexpected EOF',
    ],
    nearly: [head + timeout],
  },
];

/** Everything between the node and the host, in the order in which one hides the other. */
export const transportRules: TextRule[] = [
  ...wayRules,
  ...tls('tls-expired'),
  ...tls('tls-name-mismatch'),
  ...tls('tls-unknown-authority'),
  ...tls('tls-handshake'),
  ...reachRules,
  ...networkRules,
];
