import t from 'tap';
import { probeTlsHandshake } from '../../../src/agent/probe/tls-handshake.ts';
import { authority, calm, http, https, session, tcp, testNet } from './stand.ts';

t.test('a sound handshake tells its protocol, and keeps the chain even where nobody trusts it', async t => {
  const ca = await authority(t);
  const port = await https(t, { ca }, (_request, response) => response.end());
  const url = `https://reg.test:${port}/v2`;
  const good = await session(t, { url, ca });
  t.match(await probeTlsHandshake(good, calm, testNet()), { outcome: 'pass', facts: { protocol: 'TLSv1.3' } });
  t.same(good.tls?.faults, []);
  const stranger = await session(t, { url });
  t.match(await probeTlsHandshake(stranger, calm, testNet()), { outcome: 'pass' });
  t.match(stranger.tls?.faults, [{ code: 'tls-unknown-authority' }]);
  t.equal(stranger.tls?.chain.length, 1);
});

t.test('HTTP on the port is told apart from what is neither, and taken where containerd falls back', async t => {
  const port = await http(t, (_request, response) => response.end());
  const url = `https://reg.test:${port}/v2`;
  t.match(await probeTlsHandshake(await session(t, { url }), calm, testNet()), { code: 'tls-plain-http' });
  const local = await session(t, { url, host: { httpFallback: true } });
  t.match(await probeTlsHandshake(local, calm, testNet()), { outcome: 'pass', facts: { plainHttp: true } });
  t.equal(local.url('').protocol, 'http:');
  const junk = await tcp(t, socket => socket.end('SSH-2.0-OpenSSH_9.9\r\n'));
  const other = await session(t, { url: `https://reg.test:${junk}/v2` });
  t.match(await probeTlsHandshake(other, calm, testNet()), { outcome: 'fail', code: 'tls-not-tls' });
});

t.test('a reset in the middle of the handshake is one', async t => {
  const port = await tcp(t, socket => socket.once('data', () => socket.resetAndDestroy()));
  const reset = await session(t, { url: `https://reg.test:${port}/v2` });
  t.match(await probeTlsHandshake(reset, calm, testNet()), { outcome: 'fail', code: 'connection-reset' });
});

t.test('an alert in the middle of the handshake is one', async t => {
  const port = await tcp(t, socket => socket.once('data', () => socket.end(Buffer.from([21, 3, 3, 0, 2, 2, 70]))));
  const refused = await session(t, { url: `https://reg.test:${port}/v2` });
  t.match(await probeTlsHandshake(refused, calm, testNet()), { outcome: 'fail', code: 'tls-alert' });
});
