import t from 'tap';
import { probeTlsChain } from '../../../src/agent/probe/tls-chain.ts';
import { probeTlsHandshake } from '../../../src/agent/probe/tls-handshake.ts';
import { authority, calm, https, session, testNet } from './stand.ts';

t.test('the chain is kept on failure, with the check that failed', async t => {
  const ca = await authority(t);
  const port = await https(t, { ca, days: -2 }, (_request, response) => response.end());
  const url = `https://reg.test:${port}/v2`;
  const expired = await session(t, { url, ca });
  await probeTlsHandshake(expired, calm, testNet());
  const check = await probeTlsChain(expired);
  t.match(check, { outcome: 'fail', code: 'tls-expired', facts: { faults: ['tls-expired'] } });
  t.match(check.facts?.['chain'], [{ subject: 'CN=reg.test', names: ['reg.test'] }, { subject: 'CN=Test Root' }]);
});

t.test('where containerd does not verify, the walk goes on and says what verification would', async t => {
  const ca = await authority(t);
  const port = await https(t, { ca }, (_request, response) => response.end());
  const lax = await session(t, { url: `https://reg.test:${port}/v2`, host: { skipVerify: true } });
  await probeTlsHandshake(lax, calm, testNet());
  const check = await probeTlsChain(lax);
  t.match(check, { outcome: 'pass', detail: /skips verification/, facts: { faults: ['tls-unknown-authority'] } });
});

t.test('without TLS there is no chain', async t => {
  t.match(await probeTlsChain(await session(t, { url: 'http://reg.test/v2' })), { outcome: 'skip', code: 'not-told' });
});
