import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { createServer, type RequestListener } from 'node:http';
import { createServer as createTcpServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import t from 'tap';
import * as v from 'valibot';
import { openAsk, type Ask } from '../../src/cli/ask.ts';
import { problemOf } from '../../src/wire/problem.ts';
import { temporaryDirectory } from '../aggregator/sample.ts';

const schema = v.object({ value: v.number() });
const { signal } = new AbortController();

const askOf = async (
  t: Parameters<typeof temporaryDirectory>[0],
  server: URL,
  tokenFile: string | null = null,
): Promise<Ask> => {
  const ask = await openAsk({ server, tokenFile, signal });
  t.teardown(() => ask.close());
  return ask;
};

const serve = async (t: Parameters<typeof temporaryDirectory>[0], listener: RequestListener): Promise<URL> => {
  const server = createServer(listener).listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.teardown(() => server.close());
  return new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
};

t.test('a question goes to its path with its query and the token of the file', async t => {
  const tokens = join(temporaryDirectory(t), 'tokens');
  writeFileSync(tokens, '# mine\n0123456789abcdef\nfedcba9876543210\n');
  const seen: unknown[] = [];
  const server = await serve(t, (request, response) => {
    seen.push([request.method, request.url, request.headers.authorization]);
    response.end('{"value":7}');
  });
  const ask = await askOf(t, new URL('/below/', server), tokens);
  t.same(await ask.one({ path: '/v1/x', query: { a: 'b c', none: null }, schema }), { value: 7 });
  t.same(seen, [['GET', '/below/v1/x?a=b+c', 'Bearer 0123456789abcdef']]);
});

t.test('all pages of a list are asked for', async t => {
  const server = await serve(t, (request, response) => {
    const cursor = Number(new URL(request.url ?? '', 'http://a').searchParams.get('cursor') ?? 0);
    response.end(JSON.stringify({ items: [{ value: cursor }], next: cursor < 3 ? String(cursor + 1) : null }));
  });
  const ask = await askOf(t, server);
  t.same(await ask.all({ path: '/', schema }), [{ value: 0 }, { value: 1 }, { value: 2 }, { value: 3 }]);
});

t.test('each refusal has its own code and one line that says what to do', async t => {
  const answers: [number, unknown, string, RegExp][] = [
    [404, problemOf('not-found', 'no node x'), 'not-found', /^no node x$/],
    [404, problemOf('path-unknown', 'no path'), 'aggregator-refused', /path-unknown/],
    [401, problemOf('token-missing', 'send a token'), 'aggregator-refused', /give --token-file/],
    [400, problemOf('query-invalid', 'limit\u001b[31m'), 'aggregator-refused', /limit \[31m/],
    [503, problemOf('store-unavailable', 'disk full'), 'aggregator-unreachable', /cannot answer now: disk full/],
    [200, { value: 'seven' }, 'aggregator-answer', /value: .*check --server/],
    [200, 'text', 'aggregator-answer', /check --server/],
    [404, { message: 'not ours' }, 'aggregator-answer', /HTTP 404/],
    [302, {}, 'aggregator-answer', /HTTP 302/],
  ];
  for (const [status, body, code, message] of answers) {
    const server = await serve(t, (_request, response) => {
      response.statusCode = status;
      response.end(JSON.stringify(body));
    });
    const ask = await askOf(t, server);
    await t.rejects(ask.one({ path: '/', schema }), { code, message }, `${status} ${code}`);
  }
  const page = await serve(t, (_request, response) => response.end('<html>'));
  await t.rejects((await askOf(t, page)).one({ path: '/', schema }), { code: 'aggregator-answer', message: /no JSON/ });
});

t.test('where nobody answers, the reason is told, without a password in the address', async t => {
  const closed = createTcpServer().listen(0, '127.0.0.1');
  await once(closed, 'listening');
  const { port } = closed.address() as AddressInfo;
  await new Promise(resolve => closed.close(resolve));
  const cutting = createTcpServer(socket => socket.destroy()).listen(0, '127.0.0.1');
  await once(cutting, 'listening');
  t.teardown(() => cutting.close());
  const babbling = createTcpServer(socket => socket.end('SSH-2.0-x\r\n\r\n')).listen(0, '127.0.0.1');
  await once(babbling, 'listening');
  t.teardown(() => babbling.close());
  const portOf = (server: typeof cutting): number => (server.address() as AddressInfo).port;
  const cases: [string, string, RegExp][] = [
    [`http://user:secret@127.0.0.1:${port}`, 'aggregator-unreachable', /nothing listens there/],
    [`http://127.0.0.1:${portOf(cutting)}`, 'aggregator-unreachable', /cut the connection/],
    [`http://127.0.0.1:${portOf(babbling)}`, 'aggregator-answer', /does not speak HTTP/],
    ['http://nowhere.invalid:8470', 'aggregator-unreachable', /does not resolve|name server/],
  ];
  for (const [url, code, message] of cases) {
    const ask = await askOf(t, new URL(url));
    const error = await ask.one({ path: '/', schema }).then(() => null, String);
    t.notMatch(error, 'secret');
    await t.rejects(ask.one({ path: '/', schema }), { code, message }, url);
  }
});

t.test('an answer without end is not taken', async t => {
  const server = await serve(t, (_request, response) => {
    const chunk = 'x'.repeat(1024 * 1024);
    const more = (): void => {
      while (!response.destroyed && response.write(chunk));
      if (!response.destroyed) response.once('drain', more);
    };
    more();
  });
  const ask = await askOf(t, server);
  await t.rejects(ask.one({ path: '/', schema }), { code: 'aggregator-answer', message: /too large/ });
});
