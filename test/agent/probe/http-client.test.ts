import type { IncomingMessage } from 'node:http';
import { connect } from 'node:net';
import { gzipSync } from 'node:zlib';
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

t.test(
  'what is for one host goes to no other host, port or scheme behind a redirect, and comes back behind none',
  async t => {
    const ca = await authority(t);
    const seen: string[] = [];
    const note = (name: string, request: IncomingMessage): void =>
      void seen.push(`${name} ${request.headers.authorization ?? '-'} ${String(request.headers['x-token'] ?? '-')}`);
    const plain = await http(t, (request, response) => {
      note('plain', request);
      response.writeHead(302, { location: `https://reg.test:${port}/back` }).end();
    });
    const otherPort = await https(t, { ca }, (request, response) => {
      note('other port', request);
      response.writeHead(302, { location: `http://reg.test:${plain}/` }).end();
    });
    const port = await https(t, { ca }, (request, response) => {
      note('own', request);
      const leads: Record<string, string> = { '/v2/': '/v2/same', '/v2/same': `https://reg.test:${otherPort}/` };
      const location = leads[request.url ?? ''];
      response.writeHead(location === undefined ? 200 : 307, location === undefined ? {} : { location }).end();
    });
    const made = await session(t, { url: `https://reg.test:${port}/v2`, ca });
    const secrets = { authorization: 'Bearer secret', 'x-token': 'secret' };
    t.match(await made.http.send({ method: 'GET', url: made.url(''), secrets }, calm), { ok: true });
    t.same(seen, ['own Bearer secret secret', 'own Bearer secret secret', 'other port - -', 'plain - -', 'own - -']);
  },
);

t.test('a form is sent to nobody behind a redirect', async t => {
  let led = 0;
  const target = await http(t, (_request, response) => {
    led += 1;
    response.end();
  });
  const port = await http(t, (_request, response) =>
    response.writeHead(307, { location: `http://cdn.test:${target}/` }).end(),
  );
  const made = await session(t, { url: `http://reg.test:${port}/v2` });
  const form = { password: 'secret' };
  t.match(await made.http.send({ method: 'POST', url: made.url(''), form }, calm), {
    ok: true,
    value: { status: 307 },
  });
  t.equal(led, 0);
});

t.test('a registry outside leads no request to this node’s own addresses, however they are written', async t => {
  let led = 0;
  const inside = await http(t, (_request, response) => {
    led += 1;
    response.end();
  });
  const port = await http(t, (request, response) =>
    response
      .writeHead(302, { location: `http://${request.headers['x-to'] as string}:${inside}/latest/meta-data` })
      .end(),
  );
  const hosts = [
    '127.0.0.1',
    '127.1',
    '0x7f000001',
    '2130706433',
    '0.0.0.0',
    '[::1]',
    '[::ffff:127.0.0.1]',
    'cdn.test',
  ];
  for (const host of [...hosts, '169.254.169.254', '[fe80::1]', '[fd00:ec2::254]']) {
    // The registry has an address outside; the test's network brings what is sent there to the server.
    const net = { connect: (to: { host: string; port: number }) => connect({ ...to, host: '127.0.0.1' }) };
    const made = await session(t, { url: `http://192.0.2.7:${port}/v2`, net });
    const asked = { method: 'GET' as const, url: made.url(''), headers: { 'x-to': host } };
    t.match(await made.http.send(asked, calm), { ok: false, fault: { code: 'redirect-refused' } }, host);
  }
  t.equal(led, 0);
  const local = await session(t, { url: `http://reg.test:${port}/v2` });
  const asked = { method: 'GET' as const, url: local.url(''), headers: { 'x-to': '127.0.0.1' } };
  t.match(await local.http.send(asked, calm), { ok: true }, 'one on this node may');
});

t.test('behind a proxy a registry is outside, and a redirect to this node goes there by no way', async t => {
  let led = 0;
  const inside = await http(t, (_request, response) => {
    led += 1;
    response.end();
  });
  const proxy = await http(t, (request, response) => {
    if (request.url?.startsWith('http://reg.example/') !== true) led += 1;
    response.writeHead(302, { location: `http://127.0.0.1:${inside}/` }).end();
  });
  const proxyEnv = { HTTP_PROXY: `http://me:secret@127.0.0.1:${proxy}` };
  const made = await session(t, { url: 'http://reg.example/v2', proxyEnv });
  const sent = await made.http.send({ method: 'GET', url: made.url('') }, calm);
  t.match(sent, { ok: false, fault: { code: 'redirect-refused' } });
  t.equal(led, 0);
});

t.test(
  'a proxy for plain HTTP gets its own user and password, and the registry behind it does not ask for them',
  async t => {
    const seen: (string | undefined)[] = [];
    const proxy = await http(t, (request, response) => {
      seen.push(request.url, request.headers['proxy-authorization']);
      if (request.url === 'http://reg.test/v2/')
        response.writeHead(302, { location: `http://cdn.test:${direct}/` }).end();
    });
    const direct = await http(t, (request, response) => {
      seen.push(request.url, request.headers['proxy-authorization']);
      response.end();
    });
    const proxyEnv = { HTTP_PROXY: `http://me:se%40cret@127.0.0.1:${proxy}`, NO_PROXY: 'cdn.test' };
    const made = await session(t, { url: 'http://reg.test/v2', proxyEnv });
    t.match(await made.http.send({ method: 'GET', url: made.url('') }, calm), { ok: true });
    const own = `Basic ${Buffer.from('me:se@cret').toString('base64')}`;
    t.same(seen, ['http://reg.test/v2/', own, '/', undefined]);
  },
);

t.test('a body is not unpacked, and a compressed one fills no memory', async t => {
  const bomb = gzipSync(Buffer.alloc(32 * 1024 * 1024));
  const seen: (string | undefined)[] = [];
  const port = await http(t, (request, response) => {
    seen.push(String(request.headers['accept-encoding']));
    response.writeHead(200, { 'content-encoding': 'gzip' }).end(bomb);
  });
  const made = await session(t, { url: `http://reg.test:${port}/v2` });
  const sent = await made.http.send({ method: 'GET', url: made.url('') }, calm);
  t.ok(sent.ok && sent.value.body.length <= limits.probeBodyBytes);
  t.same(seen, ['identity']);
});
