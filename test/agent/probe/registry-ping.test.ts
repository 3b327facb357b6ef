import t from 'tap';
import { probeRegistryPing } from '../../../src/agent/probe/registry-ping.ts';
import { calm, http, session } from './stand.ts';

t.test('200 and 401 are healthy, a page and an error are not', async t => {
  const cases: [number, Record<string, string>, string, string | null][] = [
    [200, { 'content-type': 'application/json' }, '{}', null],
    [401, { 'www-authenticate': 'Bearer realm="https://auth.test/token"' }, '', null],
    [401, {}, '', 'not-a-registry'],
    [200, { 'content-type': 'text/html' }, '<html>sign in</html>', 'not-a-registry'],
    [404, { 'content-type': 'text/html' }, '<html>', 'not-a-registry'],
    [429, {}, '', 'rate-limited'],
    [503, {}, '<html>', 'registry-error'],
    [400, {}, 'Client sent an HTTP request to an HTTPS server.', 'plain-http-to-tls'],
  ];
  for (const [status, headers, body, code] of cases) {
    const port = await http(t, (_request, response) => response.writeHead(status, headers).end(body));
    const check = await probeRegistryPing(await session(t, { url: `http://reg.test:${port}/v2` }), calm);
    t.match(check, { code, outcome: code === null ? 'pass' : 'fail' }, `${status} ${body}`);
  }
});
