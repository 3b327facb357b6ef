import t from 'tap';
import { pageSchema } from '../../../src/wire/api.ts';
import { matrixRowSchema, type MatrixRow } from '../../../src/wire/cluster-schema.ts';
import { getAny, getJson, postReport, sampleHeartbeat } from '../sample.ts';
import { allPages, brokenCluster } from './cluster.ts';

const rows = pageSchema(matrixRowSchema);

t.test('each node has a cell for each host on the way to each registry that it tried', async t => {
  const { app } = await brokenCluster(t);
  const { body } = await getJson(app, '/v1/matrix', rows);
  t.equal(body.items.length, 10);
  const cellsOf = ({ cells }: MatrixRow): string[] =>
    cells.map(({ registry, host, outcome, code }) => `${registry} ${host} ${outcome} ${code}`);
  const [broken, , well] = body.items;
  t.same(broken && cellsOf(broken), [
    'docker.io mirror.example fail tls-unknown-authority',
    'quay.io mirror.example pass null',
    'reg.example reg.example pass null',
  ]);
  t.match(broken?.cells[0], { stage: 'tls', cause: 'tls-unknown-authority', when: 5000 });
  t.notMatch(well && cellsOf(well).join(), /fail/);
});

t.test('it is asked for by node, registry and outcome, page by page', async t => {
  const { app } = await brokenCluster(t);
  const cases: [string, number][] = [
    ['node=node-3', 1],
    ['node=uid-of-node-3', 1],
    ['node=none', 0],
    ['outcome=fail', 2],
    ['outcome=fail&registry=docker.io', 2],
    ['outcome=fail&registry=mirror.example', 2],
    ['outcome=fail&registry=quay.io', 0],
    ['outcome=unknown', 0],
    ['registry=nowhere.example', 10],
  ];
  for (const [query, count] of cases)
    t.equal((await getJson(app, `/v1/matrix?${query}`, rows)).body.items.length, count, query);
  const paged = (await allPages(app, '/v1/matrix?limit=3')) as MatrixRow[];
  t.same(
    paged.map(({ node }) => node),
    Array.from({ length: 10 }, (_, at) => `node-${at}`),
  );
  t.match(await getAny(app, '/v1/matrix?outcome=healthy'), { status: 400, body: { parameter: 'outcome' } });
});

t.test('of a silent node nothing is known', async t => {
  const { app, clock } = await brokenCluster(t);
  clock.now += 100_000;
  await postReport(app, sampleHeartbeat({ name: 'node-0', seq: 2 }, 1));
  const { body } = await getJson(app, '/v1/matrix', rows);
  t.match(body.items[0], { stale: false });
  const [, silent] = body.items;
  t.equal(silent?.stale, true);
  t.same([...new Set(silent?.cells.map(({ outcome, cause }) => `${outcome} ${cause}`))], ['unknown null']);
});
