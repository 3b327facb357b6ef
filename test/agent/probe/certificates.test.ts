import { X509Certificate } from 'node:crypto';
import t from 'tap';
import { certificateFacts, chainFaults } from '../../../src/agent/probe/certificates.ts';
import { authority } from './stand.ts';

const codesOf = (faults: { code: string }[]): string[] => faults.map(({ code }) => code);

t.test('all that is wrong with a chain is told, in the order of Go’s verification', async t => {
  const ca = await authority(t);
  const good = new X509Certificate((await ca.issue('reg.test', { altNames: ['reg.test', '*.corp.test'] })).cert);
  const old = new X509Certificate((await ca.issue('old.test', { days: -2 })).cert);
  const now = Date.now();
  const sound = { host: 'reg.test', authorizationError: null, now };
  t.same(chainFaults([good], sound), []);
  t.same(chainFaults([good], { ...sound, host: 'a.corp.test' }), []);
  t.same(codesOf(chainFaults([good], { ...sound, host: 'a.b.corp.test' })), ['tls-name-mismatch']);
  t.same(codesOf(chainFaults([good], { ...sound, host: '192.0.2.1' })), ['tls-name-mismatch']);
  t.same(codesOf(chainFaults([good], { ...sound, now: now + 400 * 86_400_000 })), ['tls-expired']);
  t.same(codesOf(chainFaults([good], { ...sound, now: 0 })), ['tls-not-yet-valid']);
  const all = { host: 'reg.test', authorizationError: 'UNABLE_TO_GET_ISSUER_CERT_LOCALLY', now };
  t.same(codesOf(chainFaults([old], all)), ['tls-expired', 'tls-name-mismatch', 'tls-unknown-authority']);
  t.same(codesOf(chainFaults([old], { ...all, host: 'old.test', authorizationError: 'CERT_HAS_EXPIRED' })), [
    'tls-expired',
  ]);
  t.same(codesOf(chainFaults([good], { ...all, authorizationError: 'INVALID_PURPOSE' })), ['tls-chain-invalid']);
  t.same(codesOf(chainFaults([], sound)), ['tls-chain-invalid']);
});

t.test('a common name is no name, as in Go', async t => {
  const ca = await authority(t);
  const root = new X509Certificate(ca.pem);
  const faults = chainFaults([root], { host: 'Test Root', authorizationError: null, now: Date.now() });
  t.match(faults, [{ code: 'tls-name-mismatch', detail: /no names/ }]);
  t.match(certificateFacts(root), { subject: 'CN=Test Root', names: [], sha256: /^[0-9a-f]{64}$/ });
});
