import { fastify } from 'fastify';
import t from 'tap';
import { resource, sendTagged } from '../../src/aggregator/resource.ts';

const app = fastify();
let handled = 0;
resource(app, '/thing', { GET: (request, reply) => Promise.resolve(sendTagged(request, reply, { value: 1 })) });
resource(app, '/inbox', { POST: () => Promise.resolve({ handled: (handled += 1) }) });
t.teardown(() => app.close());

t.test('a method that is not there is refused, naming those that are', async t => {
  const cases = [
    { method: 'DELETE', url: '/thing', allow: 'GET, HEAD' },
    { method: 'POST', url: '/thing', allow: 'GET, HEAD' },
    { method: 'OPTIONS', url: '/thing', allow: 'GET, HEAD' },
    { method: 'GET', url: '/inbox', allow: 'POST' },
    { method: 'HEAD', url: '/inbox', allow: 'POST' },
    { method: 'PUT', url: '/inbox', allow: 'POST' },
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
