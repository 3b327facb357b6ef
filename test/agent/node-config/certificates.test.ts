import { X509Certificate } from 'node:crypto';
import { join } from 'node:path';
import t from 'tap';
import { holdsCertificate, isKeyPair } from '../../../src/agent/node-config/certificates.ts';
import { createAuthority } from '../../lab/tls.ts';

// Real parts that start, on a machine with other work: run by itself, tap would give it 30 s.
t.setTimeout(290_000);

t.test('what containerd takes for an authority and for a client pair', async t => {
  const authority = await createAuthority(join(t.testdir(), 'ca'), 'Root');
  const [one, two] = [await authority.issue('one.test'), await authority.issue('two.test')];
  const broken = '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n';
  const authorities: [string, string | Buffer, boolean][] = [
    ['PEM', authority.pem, true],
    ['text around it', `Subject: x\n${authority.pem}end`, true],
    ['line ends of Windows', authority.pem.replaceAll('\n', '\r\n'), true],
    ['a broken one before a good one', broken + authority.pem, true],
    ['many', authority.pem.repeat(5000), true],
    ['DER', new X509Certificate(authority.pem).raw, false],
    ['empty', '', false],
    ['a private key', one.key, false],
    ['a broken one', broken, false],
    ['cut', authority.pem.slice(0, 200), false],
  ];
  for (const [name, content, wanted] of authorities) t.equal(holdsCertificate(Buffer.from(content)), wanted, name);
  const pair = (cert: string, key: string): boolean => isKeyPair(Buffer.from(cert), Buffer.from(key));
  t.ok(pair(one.cert, one.key));
  t.ok(pair(one.cert + one.key, one.cert + one.key), 'both in one file');
  t.notOk(pair(one.cert, two.key), 'of another');
  t.notOk(pair(one.key, one.cert), 'crossed');
  t.notOk(pair(one.cert, one.cert));
  t.notOk(pair('', ''));
});
