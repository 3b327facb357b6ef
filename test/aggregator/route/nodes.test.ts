import t from 'tap';
import * as v from 'valibot';
import { nodeSummarySchema, pageSchema } from '../../../src/wire/api.ts';
import { getAny, getJson, postReport, sampleFinding, sampleFull, sampleHeartbeat, sampleServer } from '../sample.ts';

const nodesPage = pageSchema(nodeSummarySchema);

t.test('all nodes come page after page', async t => {
  const { app } = sampleServer(t);
  const names = Array.from({ length: 7 }, (_, index) => `node-${index}`);
  for (const name of names) await postReport(app, sampleFull({ name }));
  const seen: string[] = [];
  let url = '/v1/nodes?limit=3';
  for (let pages = 1; ; pages += 1) {
    const { body } = await getJson(app, url, nodesPage);
    seen.push(...body.items.map(node => node.name));
    if (body.next === null) {
      t.equal(pages, 3);
      break;
    }
    url = `/v1/nodes?limit=3&cursor=${body.next}`;
  }
  t.same(seen, names);
});

t.test('a silent node is stale and nothing else, until it is heard again', async t => {
  const { app, clock } = sampleServer(t);
  await postReport(app, sampleFull());
  const status = async (): Promise<string> =>
    (await getJson(app, '/v1/nodes/node-1', v.object({ status: v.string() }))).body.status;
  t.equal(await status(), 'ok');
  clock.now += 120_000;
  t.equal(await status(), 'ok');
  clock.now += 1;
  t.equal(await status(), 'stale');
  t.equal((await getJson(app, '/v1/nodes?status=ok', nodesPage)).body.items.length, 0);
  t.equal((await getJson(app, '/v1/nodes?status=stale', nodesPage)).body.items.length, 1);
  await postReport(app, sampleHeartbeat({ seq: 2 }, 1));
  t.equal(await status(), 'ok');
});

t.test('when a report says it was sent does not matter', async t => {
  const { app } = sampleServer(t);
  for (const [index, sentAt] of [0, 9_000_000_000_000].entries())
    await postReport(app, { ...sampleFull({ name: `n${index}` }), sentAt });
  const { body } = await getJson(app, '/v1/nodes', nodesPage);
  t.same(
    body.items.map(node => node.status),
    ['ok', 'ok'],
  );
});

t.test('a node is found by name and uid, also with odd characters', async t => {
  const { app } = sampleServer(t);
  await postReport(app, sampleFull({ name: 'a/b?c', uid: 'u%2F' }, { findings: [sampleFinding()] }));
  for (const key of ['a/b?c', 'u%2F'])
    t.match(await getAny(app, `/v1/nodes/${encodeURIComponent(key)}`), { status: 200, body: { name: 'a/b?c' } }, key);
});

t.test('what is not there and what is not allowed is a problem', async t => {
  const { app } = sampleServer(t);
  const cases: [string, number, object][] = [
    ['/v1/nodes/nobody', 404, { code: 'not-found' }],
    [`/v1/nodes/${'x'.repeat(300)}`, 404, { code: 'not-found' }],
    [`/v1/nodes/${'x'.repeat(301)}`, 404, { code: 'path-unknown' }],
    ['/v1/nodes/nobody?limit=1', 400, { code: 'query-invalid', parameter: 'limit' }],
    ['/v1/nodes?limit=0', 400, { code: 'query-invalid', parameter: 'limit' }],
    ['/v1/nodes?status=well', 400, { code: 'query-invalid', parameter: 'status' }],
    ['/v1/nodes?cursor=x', 400, { code: 'query-invalid', parameter: 'cursor' }],
    ['/v1/nodes?limit=1&limit=2', 400, { code: 'query-invalid', parameter: 'limit' }],
    ['/v1/nodes?sort=name', 400, { code: 'query-invalid', parameter: 'sort' }],
    ['/v1/nodes?__proto__=1', 400, { code: 'query-invalid' }],
    ['/v1/nodes/%zz', 400, { code: 'request-malformed' }],
    ['/v1/nodes/', 404, {}],
    ['/v1/node', 404, { code: 'path-unknown' }],
    ['/v2', 404, { code: 'path-unknown' }],
  ];
  for (const [url, status, body] of cases) t.match(await getAny(app, url), { status, body }, url.slice(0, 40));
});
