import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
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
  const ask = await openAsk({
    way: { kind: 'http', server, tokenFile, caFile: null, serverName: null },
    asItIs: false,
    signal,
  });
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

t.test('as it is, an answer keeps what this program does not know', async t => {
  const server = await serve(t, (_request, response) => {
    response.end('{"items":[{"value":7,"newer":true}],"next":null}');
  });
  const way = { kind: 'http', server, tokenFile: null, caFile: null, serverName: null } as const;
  for (const [asItIs, items] of [
    [true, [{ value: 7, newer: true }]],
    [false, [{ value: 7 }]],
  ] as const) {
    const ask = await openAsk({ way, asItIs, signal });
    t.teardown(() => ask.close());
    t.same(await ask.all({ path: '/', schema }), items);
    await t.rejects(ask.all({ path: '/', schema: v.object({ other: v.string() }) }), { code: 'aggregator-answer' });
  }
});

t.test('an answer that goes on is handed out in chunks, and a refusal is told as any other', async t => {
  const server = await serve(t, (request, response) => {
    if (request.headers['last-event-id'] === '9') {
      response.statusCode = 401;
      response.end(JSON.stringify(problemOf('token-missing', 'send a token')));
    } else response.end(`data: ${request.headers.accept}\n\n`);
  });
  const ask = await askOf(t, server);
  const parts: Uint8Array[] = [];
  for await (const part of (await ask.follow?.('/v1/stream', null)) ?? []) parts.push(part);
  t.equal(Buffer.concat(parts).toString(), 'data: text/event-stream\n\n');
  await t.rejects(Promise.resolve(ask.follow?.('/v1/stream', '9')), {
    code: 'aggregator-refused',
    message: /give --token-file/,
  });
});
