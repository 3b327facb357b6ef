import type { TextRule } from '../text-rule.ts';
import { blob, head, mirror } from './samples.ts';

const tls = (cause: 'tls-expired' | 'tls-name-mismatch' | 'tls-unknown-authority' | 'tls-handshake'): TextRule[] => {
  const table = {
    'tls-expired': {
      fault: 'expired',
      also: ['clock-skew'],
      text: 'tls: failed to verify certificate: x509: certificate has expired or is not yet valid: current time 2026-11-21T22:41:54Z is after 2026-11-19T22:37:34Z',
    },
    'tls-name-mismatch': {
      fault: 'wrong-name',
      // Another host answers under the name: of a resolver, a load balancer or a proxy.
      also: ['dns-failure', 'proxy-failure'],
      text: 'tls: failed to verify certificate: x509: certificate is valid for other.example, not reg.example',
    },
    'tls-unknown-authority': {
      fault: 'unknown-authority',
      // A proxy that looks into TLS signs with its own CA.
      also: ['proxy-failure', 'hosts-config-invalid'],
      text: 'tls: failed to verify certificate: x509: certificate signed by unknown authority',
    },
    'tls-handshake': {
      fault: 'tls-refused',
      also: ['proxy-failure', 'plain-http'],
      text: 'remote error: tls: handshake failure',
    },
  } as const;
  const { fault, also, text } = table[cause];
  const nearly = `${head}net/http: TLS handshake timeout`;
  return [
    {
      cause,
      when: { fault: [fault], role: ['redirect'] },
      also: ['redirect-blocked', ...also],
      fires: [`error pulling image configuration: download failed after attempts=6: ${text}`, blob + text],
      nearly: [head + text],
    },
    {
      cause,
      when: { fault: [fault], role: ['mirror'] },
      also: ['mirror-failure', ...also],
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

/** A certificate or a handshake that fails, by the part that the host plays. */
export const tlsRules: TextRule[] = [
  ...tls('tls-expired'),
  ...tls('tls-name-mismatch'),
  ...tls('tls-unknown-authority'),
  ...tls('tls-handshake'),
];
