import { once } from 'node:events';
import { METHODS } from 'node:http';
import { connect, type AddressInfo } from 'node:net';
import type { FastifyInstance } from 'fastify';
import t from 'tap';
import { PullpathError } from '../../src/model/error.ts';
import { limits } from '../../src/model/limits.ts';
import { until } from '../house/until.ts';
import { accept, getAny, sampleFinding, sampleFull, sampleServer, silentLog } from './sample.ts';

const token = '0123456789abcdef';

t.test('with tokens every path but the probes’ needs one, before anything else is looked at', async t => {
  const { app } = sampleServer(t, { auth: { kind: 'token', tokens: () => ['another-token-0123', token] } });
  const cases: [string, string, string | null, number][] = [
    ['GET', '/v1/nodes', null, 401],
    ['GET', '/v1/nodes', 'wrong-token-012345', 401],
    ['GET', '/v1/nodes', token, 200],
    ['POST', '/v1/reports', null, 401],
    ['DELETE', '/v1/nodes', null, 401],
    ['GET', '/metrics', null, 401],
    ['GET', '/metrics', token, 200],
    ['GET', '/nothing', null, 401],
    ['GET', '/nothing', token, 404],
  ];
  for (const [method, url, given, status] of cases) {
    const headers = given === null ? {} : { authorization: `Bearer ${given}` };
    const response = await app.inject({ method: method as 'GET', url, headers });
    t.equal(response.statusCode, status, `${method} ${url} ${given ?? ''}`);
    if (status === 401) t.equal(response.headers['www-authenticate'], 'Bearer');
  }
  const refused = await app.inject({
    method: 'POST',
    url: '/v1/reports',
    headers: { 'content-type': 'application/json', authorization: 'Bearer wrong-token-012345' },
    payload: JSON.stringify(sampleFull()),
  });
  t.match(refused.json(), { code: 'token-refused' });
  t.notMatch(refused.body, 'wrong-token', 'a token is never sent back');
  const nodes = await app.inject({ url: '/v1/nodes', headers: { authorization: `Bearer ${token}` } });
  t.same(nodes.json(), { items: [], next: null });
});

t.test('a fault of the program is logged, and its answer says nothing of it', async t => {
  const logged: unknown[] = [];
  const log = { ...silentLog, error: (facts: object) => logged.push(facts) };
  const { store } = sampleServer(t);
  const nodes = (): never => {
    throw new Error('secret');
  };
  const { app } = sampleServer(t, { log, store: { ...store, nodes } });
  const answer = await getAny(app, '/v1/nodes');
  t.match(answer, { status: 500, body: { code: 'internal-error' } });
  t.notMatch(JSON.stringify(answer), 'secret');
  t.match(logged, [{ err: /secret/, route: '/v1/nodes' }]);
});

t.test('a database that cannot be used is logged now and then, not for every request', async t => {
  const logged: unknown[] = [];
  const log = { ...silentLog, error: (facts: object) => logged.push(facts) };
  const { store } = sampleServer(t);
  const nodes = (): Promise<never> => Promise.reject(new PullpathError('store-unavailable', 'the disk is full'));
  const { app, clock } = sampleServer(t, { log, store: { ...store, nodes } });
  for (let index = 0; index < 5; index += 1)
    t.match(await getAny(app, '/v1/nodes'), { status: 503, body: { code: 'store-unavailable' } });
  t.same(logged, [{ code: 'store-unavailable', detail: 'the disk is full' }]);
  clock.now += limits.complainMs;
  await getAny(app, '/v1/nodes');
  t.equal(logged.length, 2);
});

/** Sends bytes as they are and gives all that comes back until the server closes or has answered once. */
const raw = async (app: FastifyInstance, bytes: string): Promise<string> => {
  const socket = connect((app.server.address() as AddressInfo).port, '127.0.0.1');
  await once(socket, 'connect');
  socket.write(bytes);
  const [answer] = (await once(socket, 'data')) as [Buffer];
  socket.destroy();
  return answer.toString();
};

t.test('what is not HTTP gets a problem document', async t => {
  const { app } = sampleServer(t);
  await app.listen({ host: '127.0.0.1', port: 0 });
  const cases: [string, string][] = [
    ['nonsense', 'nonsense\r\n\r\n'],
    ['a TLS greeting', '\u0016\u0003\u0001\u0002\u0000\u0001\r\n\r\n'],
    ['headers too long', `GET / HTTP/1.1\r\nhost: a\r\nx: ${'y'.repeat(40_000)}\r\n\r\n`],
    ['two lengths', 'POST /v1/reports HTTP/1.1\r\nhost: a\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\nab'],
  ];
  for (const [title, bytes] of cases) {
    const answer = await raw(app, bytes);
    t.match(answer, /^HTTP\/1\.1 400 /, title);
    t.match(answer, /"code":"request-malformed"/, title);
  }
});

t.test('a path refuses every method that it has not, naming those it has', async t => {
  const { app } = sampleServer(t);
  const { paths } = (await app.inject('/openapi.json')).json<{ paths: Record<string, object> }>();
  let refused = 0;
  for (const method of METHODS.filter(one => one !== 'CONNECT'))
    for (const [path, described] of Object.entries(paths)) {
      const has = Object.keys(described).flatMap(one => (one === 'get' ? ['GET', 'HEAD'] : [one.toUpperCase()]));
      if (has.includes(method)) continue;
      const { statusCode, headers } = await app.inject({ method: method as 'GET', url: path.replaceAll(/[{}]/g, '') });
      t.same([statusCode, headers.allow?.split(', ').sort()], [405, has.sort()], `${method} ${path}`);
      refused += 1;
    }
  t.ok(refused > 400);
});

t.test('who takes nothing of his answers is cut, and they with him', async t => {
  const { app, store } = sampleServer(t);
  const message = 'm'.repeat(4000);
  const findings = Array.from({ length: 200 }, (_, at) => sampleFinding({ id: `f-${at}`, message }));
  await accept(store, sampleFull({}, { findings }), 1);
  // The same limit as in service, made short: the server reads it as it listens.
  t.equal(app.server.timeout, limits.connectionSilentMs);
  app.server.setTimeout(300);
  await app.listen({ host: '127.0.0.1', port: 0 });
  const socket = connect((app.server.address() as AddressInfo).port, '127.0.0.1').pause();
  t.teardown(() => socket.destroy());
  await once(socket, 'connect');
  for (let asked = 0; asked < 40; asked += 1) socket.write('GET /v1/nodes/node-1 HTTP/1.1\r\nhost: localhost\r\n\r\n');
  const connections = (): Promise<number> =>
    new Promise((resolve, reject) =>
      app.server.getConnections((error, count) => (error ? reject(error) : resolve(count))),
    );
  await until('the connection', async () => (await connections()) === 1);
  await until('its end', async () => (await connections()) === 0);
  t.equal((await getAny(app, '/v1/nodes')).status, 200);
});

t.test('a body that comes too slowly is cut off, and nothing is stored', async t => {
  const { app } = sampleServer(t);
  // The same limit as in service, made short: the server reads it as it listens.
  app.server.requestTimeout = 300;
  app.server.headersTimeout = 300;
  await app.listen({ host: '127.0.0.1', port: 0 });
  t.equal(limits.requestMs, 15_000);
  const head =
    'POST /v1/reports HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ncontent-length: 100\r\n\r\n{"sch';
  const answer = await raw(app, head);
  t.match(answer, /^HTTP\/1\.1 408 /);
  t.match(answer, /"code":"request-timeout"/);
  t.same((await getAny(app, '/v1/nodes')).body, { items: [], next: null });
});

t.test('a sender that leaves in the middle is no fault of ours', async t => {
  const logged: unknown[] = [];
  const log = { ...silentLog, error: (facts: object) => logged.push(facts) };
  const { app } = sampleServer(t, { log });
  await app.listen({ host: '127.0.0.1', port: 0 });
  const socket = connect((app.server.address() as AddressInfo).port, '127.0.0.1');
  await once(socket, 'connect');
  const done = new Promise(resolve =>
    app.server.once('request', (request: NodeJS.ReadableStream) => {
      request.once('close', resolve);
      socket.destroy();
    }),
  );
  socket.write(
    'POST /v1/reports HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ncontent-length: 100\r\n\r\n{"sch',
  );
  await done;
  t.same(logged, []);
  t.same((await getAny(app, '/v1/nodes')).body, { items: [], next: null });
});
