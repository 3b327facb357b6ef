import t from 'tap';
import { readOnly } from '../../src/aggregator/read-only.ts';
import { limits } from '../../src/model/limits.ts';
import { accept, postReport, sampleFull, sampleServer } from './sample.ts';

t.test('what is read-only answers questions and takes nothing', async t => {
  const { app, store, clock } = sampleServer(t);
  readOnly(app);
  await accept(store, sampleFull({ name: 'a' }), clock.now);
  t.match((await app.inject('/v1/nodes')).json(), { items: [{ name: 'a' }] });
  t.equal((await app.inject('/healthz')).statusCode, 200);
  t.equal((await app.inject({ method: 'HEAD', url: '/v1/nodes' })).statusCode, 200);
  t.match(await postReport(app, sampleFull({ name: 'b' })), { status: 405, body: { code: 'method-not-allowed' } });
  for (const [method, url] of [
    ['DELETE', '/v1/nodes/a'],
    ['PUT', '/nowhere'],
    ['POST', '/v1/retries'],
    ['OPTIONS', '/v1/nodes'],
  ] as const) {
    const answer = await app.inject({ method, url });
    t.match([answer.statusCode, answer.headers['allow']], [405, 'GET, HEAD'], `${method} ${url}`);
  }
  t.equal((await app.inject('/metrics')).statusCode, 404);
  t.equal(await store.node('b', { now: clock.now, staleAfterMs: 120_000 }), null);
});

t.test('an address that asks too often is told when to ask again, and probes are answered', async t => {
  const { app, clock } = sampleServer(t);
  readOnly(app, () => clock.now);
  const ask = async (url: string, remoteAddress = '10.0.0.1') => app.inject({ url, remoteAddress });
  const statuses = new Set<number>();
  for (let count = 0; count < limits.readRate.burst; count += 1) statuses.add((await ask('/v1/drift')).statusCode);
  t.same([...statuses], [200]);
  const refused = await ask('/v1/drift');
  t.match(
    [refused.statusCode, refused.headers['retry-after'], refused.json()],
    [429, '1', { code: 'too-many-requests' }],
  );
  t.equal((await ask('/')).statusCode, 429, 'the page too');
  t.equal((await ask('/healthz')).statusCode, 200);
  t.equal((await ask('/v1/drift', '10.0.0.2')).statusCode, 200, 'another address');
  clock.now += 1000;
  t.equal((await ask('/v1/drift')).statusCode, 200);
});
