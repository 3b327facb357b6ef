import { connect, type Socket } from 'node:net';
import { createServer, type Server } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import t from 'tap';
import { openProxy, openTunnel } from '../../../src/agent/probe/open-proxy.ts';
import { calm, closedPort, session, tcp, testNet } from './stand.ts';

type Owner = Parameters<typeof tcp>[0];

/** A proxy that gives one status to CONNECT, and with 200 a way to `port`. */
const proxyServer = async (t: Owner, status: number, port = 0) => {
  const seen: string[] = [];
  const server: Server = createServer();
  const open = new Set<Socket>();
  server.on('connection', (socket: Socket) => open.add(socket));
  server.on('connect', (request, socket: Socket) => {
    seen.push(`${request.url} ${request.headers['proxy-authorization'] ?? 'no credentials'}`);
    socket.on('error', () => undefined);
    socket.write(`HTTP/1.1 ${status} Whatever\r\n\r\n`);
    if (status !== 200) return void socket.end();
    const onward = connect(port, '127.0.0.1');
    socket.pipe(onward).pipe(socket);
    onward.on('error', () => socket.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.teardown(() => {
    for (const socket of open) socket.destroy();
    server.close();
  });
  return { port: (server.address() as AddressInfo).port, seen };
};

const wayTo = async (t: Owner, port: number, user = '') => {
  const { way } = await session(t, { url: 'http://reg.test/v2' });
  const shown = `http://127.0.0.1:${port}`;
  const proxy = { connect: `http://${user}127.0.0.1:${port}`, shown, variable: 'HTTPS_PROXY' };
  return { proxy, resolver: way.resolver, trust: way.trust };
};

const to = { host: 'reg.corp.test', port: 443 };

t.test(
  'a tunnel leads where the proxy says, the name is resolved there, and the proxy gets what its own URL has',
  async t => {
    const target = await tcp(t, socket => socket.end('hello'));
    const { port, seen } = await proxyServer(t, 200, target);
    const opened = await openTunnel(to, await wayTo(t, port, 'me:se%20cret@'), calm, testNet());
    t.ok(opened.ok);
    if (!opened.ok) return;
    const [first] = (await once(opened.value, 'data')) as [Buffer];
    t.equal(String(first), 'hello');
    opened.value.destroy();
    t.same(seen, [`reg.corp.test:443 Basic ${Buffer.from('me:se cret').toString('base64')}`]);
  },
);

t.test('what the proxy refuses is told apart, and what it was shown is not', async t => {
  for (const [status, user, code] of [
    [403, '', 'proxy-refused'],
    [502, '', 'proxy-refused'],
    [407, '', 'proxy-auth-required'],
    [407, 'me:secret@', 'proxy-auth-required'],
  ] as const) {
    const { port } = await proxyServer(t, status);
    const opened = await openTunnel(to, await wayTo(t, port, user), calm, testNet());
    t.match(opened, { ok: false, fault: { code } }, `${status} ${user}`);
    t.notMatch(JSON.stringify(opened), /secret|bWU6c2Vj/);
  }
});

t.test('a proxy that is not there, or speaks no HTTP, or cannot be one', async t => {
  const gone = await closedPort();
  t.match(await openProxy(await wayTo(t, gone), calm, testNet()), {
    fault: { code: 'proxy-unreachable', facts: { reason: 'tcp-refused' } },
  });
  const junk = await tcp(t, socket => socket.end('SSH-2.0\r\n\r\n'));
  t.match(await openTunnel(to, await wayTo(t, junk), calm, testNet()), { fault: { code: 'proxy-malformed' } });
  const way = await wayTo(t, gone);
  for (const scheme of ['socks5', 'socks5h']) {
    const socks = { ...way, proxy: { ...way.proxy, connect: `${scheme}://127.0.0.1:1080` } };
    t.match(await openProxy(socks, calm, testNet()), { fault: { code: 'proxy-socks' } }, 'not tested, and no failure');
  }
});
