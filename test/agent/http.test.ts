import t from 'tap';
import { serveAgent } from '../../src/agent/http.ts';

const listen = { host: '127.0.0.1', port: 0 };

t.test('health, readiness, metrics and the report are served, and nothing else', async t => {
  let ready = false;
  const server = await serveAgent(
    { ready: () => ready, metrics: () => 'm 1\n', report: () => ({ kind: 'full' }) },
    listen,
  );
  t.teardown(server.close);
  const ask = async (path: string, init: RequestInit = {}) => {
    const response = await fetch(`http://127.0.0.1:${server.address.port}${path}`, init);
    return [response.status, response.headers.get('content-type'), await response.text()];
  };
  const text = 'text/plain; charset=utf-8';
  t.same(await ask('/healthz'), [200, text, 'ok\n']);
  t.same(await ask('/readyz'), [503, text, 'not ready\n']);
  ready = true;
  t.same(await ask('/readyz?verbose'), [200, text, 'ready\n']);
  t.same(await ask('/metrics'), [200, 'text/plain; version=0.0.4; charset=utf-8', 'm 1\n']);
  t.same(await ask('/report'), [200, 'application/json', '{"kind":"full"}']);
  t.match(await ask('/nowhere'), [404, 'application/problem+json', '"code":"path-unknown"']);
  t.match(await ask('/report', { method: 'POST', body: 'x' }), [
    405,
    'application/problem+json',
    '"method-not-allowed"',
  ]);
});

t.test('an address that is taken or impossible is an error with its code', async t => {
  const pages = { ready: () => true, metrics: () => '', report: () => ({}) };
  const server = await serveAgent(pages, listen);
  t.teardown(server.close);
  await t.rejects(serveAgent(pages, server.address), { code: 'address-in-use' });
  await t.rejects(serveAgent(pages, { host: '192.0.2.1', port: 0 }), {
    code: 'listen-failed',
    message: /address not available/,
  });
});
