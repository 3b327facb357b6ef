import { fastify } from 'fastify';
import t from 'tap';
import * as v from 'valibot';
import { operation, operationsOf, resource } from '../../src/aggregator/resource.ts';

const app = fastify();
let handled = 0;
const answers = { 200: { says: 'a value', schema: v.unknown() } };
resource(app, '/thing', {
  GET: operation({ summary: 'A thing', answers, handle: () => Promise.resolve({ value: 1 }) }),
});
resource(app, '/inbox/:id', {
  POST: operation({
    summary: 'Counts',
    query: v.strictObject({ by: v.optional(v.string()) }),
    answers,
    handle: ({ query }) => Promise.resolve({ handled: (handled += Number(query.by ?? 1)) }),
  }),
});
t.teardown(() => app.close());

t.test('a method that is not there is refused, naming those that are', async t => {
  const cases = [
    { method: 'DELETE', url: '/thing', allow: 'GET, HEAD' },
    { method: 'POST', url: '/thing', allow: 'GET, HEAD' },
    { method: 'OPTIONS', url: '/thing', allow: 'GET, HEAD' },
    { method: 'GET', url: '/inbox/1', allow: 'POST' },
    { method: 'HEAD', url: '/inbox/1', allow: 'POST' },
    { method: 'PUT', url: '/inbox/1', allow: 'POST' },
  ] as const;
  for (const { method, url, allow } of cases) {
    const response = await app.inject({ method, url, payload: 'no json' });
    t.equal(response.statusCode, 405, `${method} ${url}`);
    t.equal(response.headers.allow, allow);
    t.match(response.headers['content-type'], 'application/problem+json');
    if (method !== 'HEAD') t.equal(response.json<{ code: string }>().code, 'method-not-allowed');
  }
  t.equal(handled, 0);
});

t.test('an answer has an ETag, and who holds it already gets no body', async t => {
  const first = await app.inject('/thing');
  const tag = String(first.headers.etag);
  t.match(tag, /^"[\w-]+"$/);
  t.same(first.json(), { value: 1 });
  for (const known of [tag, `W/${tag}`, `"other", ${tag}`, '*']) {
    const again = await app.inject({ url: '/thing', headers: { 'if-none-match': known } });
    t.equal(again.statusCode, 304, known);
    t.equal(again.body, '');
    t.equal(again.headers.etag, tag);
  }
  const other = await app.inject({ url: '/thing', headers: { 'if-none-match': '"other"' } });
  t.equal(other.statusCode, 200);
  const head = await app.inject({ method: 'HEAD', url: '/thing' });
  t.equal(head.statusCode, 200);
  t.equal(head.headers.etag, tag);
});

t.test('a query that the operation does not take is refused before anything is done', async t => {
  for (const [method, url] of [
    ['GET', '/thing?by=1'],
    ['POST', '/inbox/1?for=1'],
  ] as const) {
    const response = await app.inject({ method, url });
    t.equal(response.statusCode, 400, url);
    t.match(response.json(), { code: 'query-invalid' });
  }
  t.equal(handled, 0);
  t.same((await app.inject({ method: 'POST', url: '/inbox/1?by=3' })).json(), { handled: 3 });
});

t.test('every operation is known with its method and path', t => {
  t.match(operationsOf(app), [
    { method: 'GET', path: '/thing', summary: 'A thing' },
    { method: 'POST', path: '/inbox/{id}', query: { by: {} } },
  ]);
  t.end();
});
