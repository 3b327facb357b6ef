import type { TextRule } from '../text-rule.ts';
import { head, noHost, refused } from './samples.ts';

/** The way there: proxy, and TLS, whoever the host is. */
export const wayRules: TextRule[] = [
  {
    cause: 'proxy-failure',
    // HTTPS_PROXY=https://… where the proxy itself speaks no TLS.
    when: { proxy: true, fault: ['not-tls', 'plain-http'] },
    also: ['plain-http', 'tls-handshake'],
    fires: [`${head}proxyconnect tcp: tls: first record does not look like a TLS handshake`],
    nearly: [`${head}tls: first record does not look like a TLS handshake`],
  },
  {
    cause: 'proxy-failure',
    when: { proxy: true, lookup: true },
    also: ['dns-failure'],
    fires: [`${head}proxyconnect tcp: dial tcp: lookup proxy.example on 10.0.0.2:53: no such host`],
    nearly: [head + noHost('reg.example')],
  },
  {
    cause: 'proxy-failure',
    when: { proxy: true, fault: ['refused', 'unreachable', 'timeout', 'reset'] },
    also: ['network-unreachable', 'network-timeout', 'connection-reset'],
    fires: [
      `${head}proxyconnect tcp: dial tcp 192.0.2.9:3128: connect: connection refused`,
      `${head}proxyconnect tcp: dial tcp 192.0.2.9:3128: i/o timeout`,
      `${head}socks connect tcp 192.0.2.9:1080->reg.example:443: connection refused`,
    ],
    nearly: [head + refused],
  },
  {
    cause: 'proxy-failure',
    when: { proxy: true, fault: ['unknown-authority', 'wrong-name', 'expired', 'tls-refused'] },
    also: ['tls-unknown-authority', 'tls-name-mismatch', 'tls-handshake'],
    fires: [
      `${head}proxyconnect tcp: tls: failed to verify certificate: x509: certificate signed by unknown authority`,
    ],
    nearly: [`${head}tls: failed to verify certificate: x509: certificate signed by unknown authority`],
  },
  {
    cause: 'proxy-failure',
    when: { proxy: true },
    also: ['auth-denied'],
    fires: [`${head}Proxy Authentication Required`],
    nearly: [
      head + refused,
      'failed to pull image "reg.example/proxyconnect:1": reg.example/proxyconnect:1: not found',
    ],
  },
  {
    cause: 'proxy-failure',
    when: { status: [407] },
    also: ['auth-denied'],
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
    also: ['hosts-config-invalid', 'tls-handshake'],
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
    // A server that wants TLS answers so to a request without.
    when: {
      plain: true,
      status: [400],
      says: ['to ‹url›: 400', '‹url›: 400'],
      saysNot: /unauthorized|denied|name invalid|https:/,
    },
    also: ['registry-error', 'mirror-failure'],
    fires: [
      'failed to resolve image: unexpected status from HEAD request to http://other.test:5013/v2/lib/a/manifests/ok: 400 Bad Request',
    ],
    nearly: [
      'failed to resolve image: unexpected status from HEAD request to https://other.test:5013/v2/lib/a/manifests/ok: 400 Bad Request',
      'failed to resolve image: unexpected status from HEAD request to http://other.test:5013/v2/lib/a/manifests/ok: 401 Unauthorized',
    ],
  },
];
