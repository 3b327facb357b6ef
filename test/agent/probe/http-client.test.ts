import t from 'tap';
import { limits } from '../../../src/model/limits.ts';
import { authority, calm, http, https, session } from './stand.ts';

t.test('no more requests to one host than a walk may send, and bodies are cut', async t => {
  let count = 0;
  const port = await http(t, (_request, response) => {
    count += 1;
    response.end('x'.repeat(limits.probeBodyBytes * 2));
  });
  const made = await session(t, { url: `http://reg.test:${port}/v2` });
  const ask = () => made.http.send({ method: 'GET', url: made.url('') }, calm);
  const first = await ask();
  t.equal(first.ok && first.value.body.length, limits.probeBodyBytes);
  for (let at = 1; at < limits.probeRequests; at += 1) t.ok((await ask()).ok);
  t.match(await ask(), { ok: false, fault: { code: 'request-budget' } });
  const other = await http(t, (_request, response) => response.end());
  const elsewhere = new URL(`http://cdn.test:${other}/`);
  t.match(await made.http.send({ method: 'GET', url: elsewhere }, calm), { ok: true }, 'another host has its own');
  t.equal(count, limits.probeRequests);
});

t.test('a connection is kept for the next request, and servers’ clocks are noted', async t => {
  const ports = new Set<number | undefined>();
  const port = await http(t, (request, response) => {
    ports.add(request.socket.remotePort);
    response.writeHead(200, { date: new Date(Date.now() - 3_600_000).toUTCString() }).end('{}');
  });
  const made = await session(t, { url: `http://reg.test:${port}/v2` });
  for (let at = 0; at < 3; at += 1) await made.http.send({ method: 'GET', url: made.url('') }, calm);
  t.equal(ports.size, 1);
  t.equal(made.http.skews.length, 3);
  t.ok(Math.abs((made.http.skews[0] ?? 0) + 3_600_000) < 5000);
});

t.test('nothing is sent to a host whose certificate does not verify', async t => {
  const ca = await authority(t);
  let count = 0;
  const port = await https(t, { ca }, (_request, response) => {
    count += 1;
    response.end();
  });
  const url = `https://reg.test:${port}/v2`;
  const stranger = await session(t, { url });
  const sent = await stranger.http.send(
    { method: 'GET', url: stranger.url(''), secrets: { authorization: 'Bearer secret' } },
    calm,
  );
  t.match(sent, { ok: false, fault: { code: 'tls-unknown-authority' } });
  t.equal(count, 0);
  const trusting = await session(t, { url, ca });
  t.match(await trusting.http.send({ method: 'GET', url: trusting.url('') }, calm), { ok: true });
  const lax = await session(t, { url, host: { skipVerify: true } });
  t.match(await lax.http.send({ method: 'GET', url: lax.url('') }, calm), { ok: true }, 'unless containerd would');
});

t.test('a wrong length and a slow drip end with a code', async t => {
  const port = await http(t, (request, response) => {
    response.writeHead(200, { 'content-length': 1000 });
    response.write('x');
    if (request.url === '/v2/cut') response.destroy();
  });
  const made = await session(t, { url: `http://reg.test:${port}/v2` });
  t.match(await made.http.send({ method: 'GET', url: made.url('cut') }, calm), { fault: { code: 'connection-reset' } });
  const slow = await made.http.send({ method: 'GET', url: made.url('slow') }, AbortSignal.timeout(200));
  t.match(slow, { fault: { code: 'cancelled' } });
});
