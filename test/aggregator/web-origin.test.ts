import { once } from 'node:events';
import { connect, type AddressInfo } from 'node:net';
import t from 'tap';
import { isFromOtherSite, namesLoopback, type Provenance } from '../../src/aggregator/web-origin.ts';
import { accept, postReport, sampleFinding, sampleFull, sampleServer } from './sample.ts';

t.test('a Host is this machine by its loopback names and addresses alone', t => {
  for (const host of ['localhost', 'LOCALHOST:8470', '127.0.0.1', '127.0.0.1:80', '127.9.8.7:1', '[::1]', '[::1]:8470'])
    t.ok(namesLoopback(host), host);
  const others = ['evil.example', 'evil.example:8470', '127.0.0.1.evil.example', 'localhost.evil.example', '0.0.0.0'];
  others.push('10.0.0.1:8470', '[::]', '[2001:db8::1]:80', '', ' ', ':8470', '::1', '127.0.0.1@evil.example', '127.1');
  others.push('evil.example#127.0.0.1', 'localhost:8470, evil.example', 'localhost:8470x', '1127.0.0.1', '127.0.0.1:');
  for (const host of others) t.notOk(namesLoopback(host), host);
  t.end();
});

t.test('a page of another site is known by what its browser says', t => {
  const cases: [Provenance, boolean][] = [
    [{ host: 'a.example' }, false],
    [{ host: 'a.example', site: 'same-origin', origin: 'https://outside.example' }, false],
    [{ host: 'a.example', site: 'none' }, false],
    [{ host: 'a.example', site: 'same-site' }, true],
    [{ host: 'a.example', site: 'cross-site', origin: 'http://a.example' }, true],
    [{ host: 'a.example', site: 'same-origin, cross-site' }, true],
    [{ host: 'a.example:8470', origin: 'http://a.example:8470' }, false],
    [{ host: 'A.example:8470', origin: 'https://a.example:8470' }, false],
    [{ host: 'a.example:8470', origin: 'http://a.example' }, true],
    [{ host: 'a.example', origin: 'http://evil.example' }, true],
    [{ host: 'a.example', origin: 'http://a.example.evil.example' }, true],
    [{ host: 'a.example', origin: 'null' }, true],
    [{ host: 'a.example', origin: '' }, true],
    [{ origin: 'http://' }, true],
  ];
  for (const [given, expected] of cases) t.equal(isFromOtherSite(given), expected, JSON.stringify(given));
  t.end();
});

const asked = async (
  app: ReturnType<typeof sampleServer>['app'],
  [method, url]: ['GET' | 'POST' | 'HEAD' | 'OPTIONS', string],
  headers: Record<string, string>,
): Promise<string> => {
  const body = method === 'POST' ? { payload: JSON.stringify({ image: 'reg.example/team/api:1' }) } : {};
  const response = await app.inject({
    ...{ method, url, ...body },
    headers: { ...(method === 'POST' ? { 'content-type': 'application/json' } : {}), ...headers },
  });
  const isProblem = String(response.headers['content-type']).startsWith('application/problem+json');
  return `${response.statusCode}${isProblem && method !== 'HEAD' ? ` ${response.json<{ code: string }>().code}` : ''}`;
};

t.test('without authentication no page gets here by a name of its own (DNS rebinding), whatever it asks', async t => {
  const { app, store, clock } = sampleServer(t);
  await postReport(app, sampleFull({}, { findings: [sampleFinding()] }));
  const paths = ['/', '/openapi.json', '/healthz', '/metrics', '/v1/nodes', '/v1/stream', '/nowhere'];
  for (const url of paths)
    for (const host of ['evil.example', 'evil.example:8470', '192.0.2.1'])
      t.equal(await asked(app, ['GET', url], { host }), '403 host-refused', `${url} ${host}`);
  const rebound = { host: 'evil.example', origin: 'http://evil.example', 'sec-fetch-site': 'same-origin' };
  t.equal(await asked(app, ['POST', '/v1/retries'], rebound), '403 host-refused');
  t.equal(await asked(app, ['POST', '/v1/reports'], rebound), '403 host-refused');
  t.equal(await asked(app, ['HEAD', '/v1/nodes'], { host: 'evil.example' }), '403');
  for (const host of ['localhost', '127.0.0.1:8470', '[::1]:8470'])
    t.equal(await asked(app, ['GET', '/v1/nodes'], { host }), '200', host);
  t.same(
    (await accept(store, sampleFull({ seq: 2 }), clock.now)).retry,
    undefined,
    'and nothing was asked of the node',
  );
});

t.test('with tokens, and behind the API server’s proxy, any name is taken', async t => {
  const token = '0123456789abcdef';
  const { app } = sampleServer(t, { auth: { kind: 'token', tokens: () => [token] } });
  const headers = { host: 'pullpath.example', authorization: `Bearer ${token}` };
  t.equal(await asked(app, ['GET', '/v1/nodes'], headers), '200');
  const proxied = sampleServer(t, { isProxied: true });
  t.equal(await asked(proxied.app, ['GET', '/v1/nodes'], { host: '10.0.0.7:8472' }), '200');
});

t.test('a page of another site asks for no pull and sends no report; a program and the own page may', async t => {
  const token = '0123456789abcdef';
  for (const auth of [{ kind: 'none' }, { kind: 'token', tokens: () => [token] }] as const) {
    const { app, store, clock } = sampleServer(t, { auth });
    await accept(store, sampleFull({}, { findings: [sampleFinding()] }), clock.now);
    const own = { host: '127.0.0.1:8470', authorization: `Bearer ${token}` };
    const strangers = [
      { origin: 'https://evil.example' },
      { origin: 'http://127.0.0.1:9999' },
      { origin: 'null' },
      { 'sec-fetch-site': 'cross-site' },
      { origin: 'http://127.0.0.1:8470', 'sec-fetch-site': 'same-site' },
    ];
    for (const headers of strangers)
      for (const url of ['/v1/retries', '/v1/reports', '/v1/nodes', '/nowhere'])
        t.equal(await asked(app, ['POST', url], { ...own, ...headers }), '403 origin-refused', JSON.stringify(headers));
    t.same((await accept(store, sampleFull({ seq: 2 }), clock.now)).retry, undefined, 'nothing was asked of the node');
    await accept(store, sampleFull({ seq: 3 }, { findings: [sampleFinding()] }), clock.now);
    t.equal(await asked(app, ['GET', '/v1/nodes'], { ...own, origin: 'https://evil.example' }), '200', 'a link');
    const preflight = await app.inject({
      ...{ method: 'OPTIONS', url: '/v1/retries' },
      headers: { ...own, origin: 'https://evil.example', 'access-control-request-method': 'POST' },
    });
    t.notOk(
      Object.keys(preflight.headers).some(name => name.startsWith('access-control-')),
      'no leave by CORS',
    );
    for (const headers of [{}, { origin: 'http://127.0.0.1:8470' }, { 'sec-fetch-site': 'same-origin' }])
      t.equal(await asked(app, ['POST', '/v1/retries'], { ...own, ...headers }), '202', JSON.stringify(headers));
  }
});

t.test('a request with two Hosts, or for another host by its target, is not answered', async t => {
  const { app } = sampleServer(t);
  await app.listen({ host: '127.0.0.1', port: 0 });
  const raw = async (bytes: string): Promise<string> => {
    const socket = connect((app.server.address() as AddressInfo).port, '127.0.0.1');
    await once(socket, 'connect');
    socket.end(bytes);
    let text = '';
    for await (const chunk of socket) text += String(chunk);
    return text;
  };
  const two = await raw('GET /v1/nodes HTTP/1.1\r\nHost: 127.0.0.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n');
  t.match(two, /^HTTP\/1\.1 400 [^]*"code":"request-malformed"/);
  t.match(await raw('GET /v1/nodes HTTP/1.1\r\nConnection: close\r\n\r\n'), /^HTTP\/1\.1 400 /, 'none at all');
  t.match(await raw('GET /healthz HTTP/1.1\r\nHost:\r\nConnection: close\r\n\r\n'), /"code":"host-refused"/);
  const target = 'GET http://evil.example/v1/nodes HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n';
  t.match(await raw(target), /^HTTP\/1\.1 403 [^]*"code":"host-refused"/);
  t.match(await raw('GET /healthz HTTP/1.0\r\n\r\n'), /^HTTP\/1\.1 200 /, 'an old probe names none');
});
