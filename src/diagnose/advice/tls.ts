import type { AdviceNames } from '../advice-names.ts';
import type { Advice } from '../advice.ts';
import { sh } from '../shell.ts';
import { allowPlain } from './config.ts';
import { restart, runtimeOf } from './steps.ts';

const bare = (host: string): string => host.replace(/:\d+$/, '');
const address = (host: string): string => (/:\d+$/.test(host) ? host : `${host}:443`);
const chain = (n: AdviceNames): { say: string; run: string } => ({
  say: `On node ${n.node}: what does ${n.host} show?`,
  run: `${sh`openssl s_client -connect ${address(n.host)} -servername ${bare(n.host)} </dev/null`} | openssl x509 -noout -issuer -subject -dates -ext subjectAltName`,
});

/** Causes in TLS. */
export const tlsAdvice = {
  'tls-unknown-authority': {
    title: n => `the node does not trust the CA that signed ${n.host}'s certificate`,
    means:
      'The chain that the host shows ends at a CA that the runtime does not have: a private CA, a missing intermediate, or a proxy that opens TLS.',
    confirm: n => [chain(n), { say: 'Which CA does the runtime have for it?', run: sh`ls -l ${n.certs}` }],
    fix: n => [
      {
        say: `Put the CA on node ${n.node} (never switch verification off).`,
        run: sh`install -D -m 644 ca.crt ${`${n.certs}/ca.crt`}`,
      },
      n.runtime === 'containerd'
        ? {
            say: 'containerd takes every *.crt of that directory, unless a hosts.toml is there: then name it in its host table (ca = …). config_path must point to certs.d. No restart is needed.',
            run: 'containerd config dump | grep config_path',
          }
        : { say: `${runtimeOf(n).name} takes every *.crt of that directory at each pull: no restart is needed.` },
      {
        say: 'Check with that CA.',
        run: sh`curl -v -o /dev/null --cacert ${`${n.certs}/ca.crt`} ${`https://${n.host}/v2/`}`,
      },
      ...restart(n),
    ],
  },
  'tls-name-mismatch': {
    title: n => `the certificate of ${n.host} is for other names`,
    means:
      'The certificate does not name the host that the image names: wrong host or alias in the image, an address instead of a name, or a certificate with only a common name.',
    confirm: n => [chain(n)],
    fix: n => [
      {
        say: `Use a name that the certificate has, or have the certificate of ${n.host} made again with this name in its subjectAltName.`,
      },
      ...restart(n),
    ],
  },
  'tls-expired': {
    title: n => `the certificate of ${n.host} is expired or not yet valid`,
    means:
      "The certificate's dates do not hold the node's present time. The same text comes when the node's clock is wrong.",
    confirm: n => [
      chain(n),
      {
        say: `On node ${n.node}: is the clock right? Compare with a clock that you trust.`,
        run: 'date -u; timedatectl',
      },
    ],
    fix: n => [
      { say: `Renew the certificate of ${n.host} (its owner). If the node's clock is off: see clock-skew.` },
      ...restart(n),
    ],
  },
  'clock-skew': {
    title: n => `the clock of node ${n.node} is wrong`,
    means: "The node's clock is off, so that a good certificate looks expired or not yet valid.",
    confirm: n => [{ say: `On node ${n.node}:`, run: 'date -u; timedatectl; chronyc tracking' }],
    fix: n => [
      {
        say: 'Bring time synchronisation back.',
        run: 'systemctl restart chronyd || systemctl restart systemd-timesyncd; timedatectl',
      },
      ...restart(n),
    ],
  },
  'tls-handshake': {
    title: n => `the TLS handshake with ${n.host} fails`,
    means:
      'Both sides speak TLS and do not agree: protocol version, cipher, a client certificate that is wanted, or a host that does not know its own name.',
    confirm: n => [
      {
        say: `On node ${n.node}: which step fails?`,
        run: sh`openssl s_client -connect ${address(n.host)} -servername ${bare(n.host)} </dev/null`,
      },
    ],
    fix: n => [
      {
        say: `Let ${n.host} offer TLS 1.2 or later; where it wants a client certificate, put it into ${n.certs}${n.runtime === 'containerd' ? ' and name it in hosts.toml' : ' as client.cert and client.key'}.`,
      },
      ...restart(n),
    ],
  },
  'plain-http': {
    title: n => `${n.host} does not speak TLS where the runtime expects it (or the reverse)`,
    means: 'The runtime speaks HTTPS to a port that speaks HTTP, or HTTP to one that wants HTTPS.',
    confirm: n => [
      {
        say: `On node ${n.node}: which of the two answers?`,
        run: `${sh`curl -sI ${`http://${n.host}/v2/`}`} | head -1; ${sh`openssl s_client -brief -connect ${address(n.host)} </dev/null`}`,
      },
    ],
    fix: n => [
      allowPlain(n),
      ...(n.runtime === 'containerd'
        ? [
            {
              say: 'CRI-O and podman: insecure = true for this location in /etc/containers/registries.conf; docker: insecure-registries in daemon.json.',
            },
          ]
        : []),
      ...restart(n),
    ],
  },
} satisfies Record<string, Advice>;
