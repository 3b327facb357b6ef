import t from 'tap';
import { findingItemSchema, pageSchema } from '../../../src/wire/api.ts';
import { getAny, getJson, postReport, sampleFinding, sampleFull, samplePod, sampleServer } from '../sample.ts';

const findingsPage = pageSchema(findingItemSchema);

t.test('findings open, close, and are asked for by what they are', async t => {
  const { app, clock } = sampleServer(t);
  const other = sampleFinding({
    ...{ id: 'f-2', image: 'nginx:1', registry: 'docker.io', cause: 'rate-limited' },
    pods: [samplePod({ namespace: 'test' })],
  });
  await postReport(app, sampleFull({ seq: 1 }, { findings: [sampleFinding(), other] }));
  clock.now += 10_000;
  await postReport(app, sampleFull({ seq: 2 }, { findings: [other] }));
  const since = new Date(clock.now).toISOString();
  const cases: [string, string][] = [
    ['', 'f-2'],
    ['state=open', 'f-2'],
    ['state=closed', 'f-1'],
    ['state=all', 'f-2 f-1'],
    ['node=node-1', 'f-2'],
    ['node=node-2', ''],
    ['registry=Docker.IO', 'f-2'],
    ['cause=rate-limited', 'f-2'],
    ['cause=dns-failure', ''],
    ['image=docker.io%2Flibrary%2Fnginx:1', 'f-2'],
    ['namespace=test', 'f-2'],
    ['namespace=prod&state=all', 'f-1'],
    [`since=${since}&state=all`, 'f-1'],
    [`since=${clock.now + 1}&state=all`, ''],
  ];
  for (const [query, ids] of cases) {
    const { body } = await getJson(app, `/v1/findings?${query}`, findingsPage);
    t.equal(body.items.map(item => item.id).join(' '), ids, query);
  }
  const { body } = await getJson(app, '/v1/findings/f-1', findingItemSchema);
  t.match(body, { ...sampleFinding(), state: 'closed', openedAt: clock.now - 10_000, closedAt: clock.now });
});

t.test('pages hold each finding once', async t => {
  const { app } = sampleServer(t);
  const findings = Array.from({ length: 250 }, (_, index) => sampleFinding({ id: `f-${index}` }));
  await postReport(app, sampleFull({}, { findings }));
  const first = await getJson(app, '/v1/findings', findingsPage);
  t.equal(first.body.items.length, 100, 'the default');
  const rest = await getJson(app, `/v1/findings?limit=500&cursor=${first.body.next ?? ''}`, findingsPage);
  t.equal(rest.body.next, null);
  t.equal(new Set([...first.body.items, ...rest.body.items].map(item => item.id)).size, 250);
});

t.test('what is not there and what is not allowed is a problem', async t => {
  const { app } = sampleServer(t);
  const cases: [string, number, object][] = [
    ['/v1/findings/none', 404, { code: 'not-found' }],
    ['/v1/findings?limit=501', 400, { parameter: 'limit' }],
    ['/v1/findings?cause=bad-luck', 400, { parameter: 'cause' }],
    ['/v1/findings?cause=constructor', 400, { parameter: 'cause' }],
    ['/v1/findings?state=ajar', 400, { parameter: 'state' }],
    ['/v1/findings?since=yesterday', 400, { parameter: 'since' }],
    ['/v1/findings?cursor=1', 400, { parameter: 'cursor' }],
    ['/v1/findings?node=', 400, { parameter: 'node' }],
    [`/v1/findings?image=${'x'.repeat(1025)}`, 400, { parameter: 'image' }],
    ['/v1/findings?pod=a', 400, { parameter: 'pod' }],
    ['/v1/findings/none?state=open', 400, { parameter: 'state' }],
  ];
  for (const [url, status, body] of cases) t.match(await getAny(app, url), { status, body }, url.slice(0, 60));
});
