import t from 'tap';
import { openStore } from '../../../src/aggregator/store/store.ts';
import { pageSchema } from '../../../src/wire/api.ts';
import { driftSchema } from '../../../src/wire/cluster-schema.ts';
import { getAny, getJson, postReport, sampleFull, sampleServer, temporaryDirectory } from '../sample.ts';
import { allPages, brokenCluster } from './cluster.ts';

const drifts = pageSchema(driftSchema);

t.test('the odd nodes stand out against the majority, and one node is asked for by itself', async t => {
  const { app, clock } = await brokenCluster(t);
  const { body } = await getJson(app, '/v1/drift', drifts);
  t.match(body.items, [
    {
      ...{ trait: 'resolv.conf', group: 'all', compared: 10, majority: { value: 'a'.repeat(64), count: 9 } },
      odd: [{ value: 'b'.repeat(64), nodes: { count: 1, names: ['node-7'] } }],
    },
    { trait: 'ca:docker.io', odd: [{ value: null, nodes: { count: 2, names: ['node-0', 'node-1'] } }] },
  ]);
  t.same(
    (await getJson(app, '/v1/drift?node=node-1', drifts)).body.items.map(({ trait }) => trait),
    ['ca:docker.io'],
  );
  t.same((await getJson(app, '/v1/drift?node=uid-of-node-3', drifts)).body.items, []);
  t.match(await getAny(app, '/v1/drift?node=none'), { status: 404, body: { code: 'not-found' } });
  t.equal((await allPages(app, '/v1/drift?limit=1')).length, 2);
  clock.now += 1000;
  await postReport(app, sampleFull({ name: 'node-7', seq: 2 }, { fingerprint: { 'resolv.conf': 'a'.repeat(64) } }));
  const later = await getJson(app, '/v1/drift?node=node-7', drifts);
  t.notMatch(
    later.body.items.map(({ trait }) => trait),
    ['resolv.conf'],
    'mended',
  );
});

t.test(
  'since when a node is odd, by the store, so that another replica and one that starts anew tell it too',
  async t => {
    const dataDir = temporaryDirectory(t);
    const store = openStore(dataDir);
    const { app, clock } = sampleServer(t, { store });
    const say = (at: number, seq: number, value: string): Promise<unknown> =>
      postReport(app, sampleFull({ name: `node-${at}`, seq }, { fingerprint: { 'resolv.conf': value.repeat(64) } }));
    for (const at of [0, 1, 2, 3, 4, 5]) await say(at, 1, at === 3 ? 'c' : 'a');
    clock.now += 3_600_000;
    const changedAt = clock.now;
    await say(1, 2, 'b');
    clock.now += 60_000;
    for (const at of [0, 2, 3, 4, 5]) await say(at, 3, at === 3 ? 'c' : 'a');
    const expected = [
      { value: 'b'.repeat(64), nodes: { names: ['node-1'] }, since: changedAt },
      { value: 'c'.repeat(64), nodes: { names: ['node-3'] }, since: null },
    ];
    const told = async (server: typeof app): Promise<void> => {
      const { body } = await getJson(server, '/v1/drift', drifts);
      t.match(body.items, [{ trait: 'resolv.conf', compared: 6, odd: expected }]);
    };
    await told(app);
    const other = sampleServer(t, { store });
    other.clock.now = clock.now;
    await told(other.app);
    await store.close();
    const again = openStore(dataDir);
    t.teardown(() => again.close());
    const restarted = sampleServer(t, { store: again });
    restarted.clock.now = clock.now;
    await told(restarted.app);
  },
);
