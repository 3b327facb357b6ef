import * as broken from '../lab/broken.ts';
import { belowIntermediate, selfSigned } from './certificates.ts';
import { fails, type Fault, works } from './fault.ts';
import * as fronts from './fronts.ts';
import type { FaultNode } from './node.ts';
import type { Site } from './site.ts';

const dayMs = 86_400_000;

/** TLS: certificates, versions, clocks, and what is no TLS at all. */
export const tlsFaults = async (site: Site, node: FaultNode): Promise<Fault[]> => {
  const { sound, ca, stranger, port } = site;
  const pass = broken.passOn(sound);
  const start = async (name: string, front: (at: broken.Address) => Promise<broken.Front>): Promise<void> => {
    const { address } = site.host(name);
    const started = await front({ host: address, port });
    site.defer(() => started.stop());
  };
  const fqdn = (name: string): string => `${name}.lab.test`;
  await site.front('unkca', pass, await stranger.issue(fqdn('unkca')));
  await site.front('name', pass, await ca.issue('other.lab.test'));
  await site.front('expired', pass, await ca.issue(fqdn('expired'), { days: -2 }));
  await site.front('not-yet', pass, await ca.issue(fqdn('not-yet'), { from: 3, days: 30 }));
  await site.front('self', pass, await selfSigned(ca, fqdn('self')));
  await site.front('between', pass, await belowIntermediate(ca, fqdn('between')));
  await start('plain', at => broken.httpFront(at, pass));
  await start('reset', at => broken.resettingFront(at));
  await start('mute', at => fronts.muteFront(at));
  const pair = async (name: string): Promise<{ key: string; cert: string }> => {
    const { key, cert } = await ca.issue(fqdn(name));
    return { key, cert };
  };
  const old = {
    ...(await pair('old-tls')),
    minVersion: 'TLSv1',
    maxVersion: 'TLSv1.1',
    ciphers: 'ALL:@SECLEVEL=0',
  } as const;
  await start('old-tls', at => fronts.tlsFront(at, old, pass));
  const asking = { ...(await pair('client-cert')), requestCert: true, rejectUnauthorized: true, ca: ca.pem };
  await start('client-cert', at => fronts.tlsFront(at, asking, pass));
  // Everything but this node is a day ahead: its clock is a day behind, as far as anything on it can tell.
  await site.front('clock', fronts.clockAhead(sound, dayMs), await ca.issue(fqdn('clock'), { from: 0.9, days: 30 }));
  await site.front('clock-only', fronts.clockAhead(sound, dayMs));
  const names = [
    'name',
    'expired',
    'not-yet',
    'between',
    'plain',
    'reset',
    'mute',
    'old-tls',
    'client-cert',
    'clock',
    'clock-only',
  ];
  for (const name of names) await node.certs(`${site.at(name)}/ca.crt`);
  const of = (name: string, truth: string): { name: string; truth: string; node: FaultNode; image: string } => ({
    ...{ name, truth, node, image: `${site.at(name)}/app:v1` },
  });
  const plain = {
    ...of('plain', 'HTTP without TLS at the TLS port'),
    name: 'plain-http',
    image: `plain.lab.test:${port}/app:v1`,
  };
  await node.certs(`plain.lab.test:${port}/ca.crt`);
  return [
    fails(
      { ...of('unkca', 'signed by a CA that the node does not have'), name: 'unknown-ca' },
      'tls-unknown-authority',
    ),
    fails(of('self', 'signed by itself'), 'tls-unknown-authority'),
    fails(of('between', 'the server does not send the intermediate certificate'), 'tls-unknown-authority'),
    fails({ ...of('name', 'certificate for another name'), name: 'name-mismatch' }, 'tls-name-mismatch'),
    fails(of('expired', 'certificate ended two days ago'), 'tls-expired'),
    fails(of('not-yet', 'certificate begins in three days'), 'tls-expired'),
    fails(of('clock', 'the node’s clock is a day behind: certificates are not valid yet'), 'clock-skew'),
    works(of('clock-only', 'the node’s clock is a day behind, the certificate covers both'), 'clock-skew'),
    fails(of('client-cert', 'the registry wants a client certificate'), 'tls-handshake'),
    fails(of('old-tls', 'the registry speaks TLS 1.1 at most'), 'tls-handshake'),
    fails(plain, 'plain-http'),
    fails(of('reset', 'reset after the ClientHello'), 'connection-reset'),
    fails(of('mute', 'accepts, and never answers the ClientHello'), 'network-timeout'),
  ];
};
