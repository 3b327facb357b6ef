import t from 'tap';
import { Cluster, kindOf } from '../../src/aggregator/cluster.ts';
import { keepJudging } from '../../src/aggregator/judge.ts';
import { until } from '../house/until.ts';
import { wayTo } from '../scope/sample.ts';
import { accept, sampleFinding, sampleFull, silentLog, temporaryStore } from './sample.ts';

t.test('two replicas know the same, whichever leads', async t => {
  const store = temporaryStore(t);
  const broken = sampleFinding({ cause: 'tls-unknown-authority', stage: 'tls' });
  for (const node of [1, 2, 3]) {
    const [checks, findings] =
      node === 1 ? [wayTo('reg.example', 'tls-unknown-authority'), [broken]] : [wayTo('reg.example'), []];
    await accept(store, sampleFull({ name: `n-${node}` }, { checks, findings }), 1000);
  }
  const [leader, other] = [new Cluster({ store, staleAfterMs: 90_000 }), new Cluster({ store, staleAfterMs: 90_000 })];
  const ended = new AbortController();
  const following = other.run(() => 2000, ended.signal);
  const judging = keepJudging({ store, cluster: leader, log: silentLog, now: () => 2000, signal: ended.signal });
  const [item] = (await store.findings({ ...anyFinding, state: 'open' })).items;
  if (item === undefined) throw new Error('the finding is not there');
  let told = await other.scoped([item], 2000);
  await until('the incident', async () => {
    told = await other.scoped([item], 2000);
    return told[0]?.incident !== null;
  });
  t.match(told, [{ id: item.id, scope: 'node', incident: /^i-/ }]);
  t.same(await leader.scoped([item], 2000), told);
  t.same((await other.known(2000)).map(kindOf), ['node']);
  ended.abort();
  await Promise.all([judging, following]);
});

const anyFinding = {
  ...{ node: null, registry: null, cause: null, image: null, namespace: null, since: null, before: null, limit: 10 },
};

t.test('nodes come and go by name, and a closed finding has no scope', async t => {
  const store = temporaryStore(t);
  const cluster = new Cluster({ store, staleAfterMs: 90_000 });
  for (const name of ['b', 'a']) await accept(store, sampleFull({ name }, { findings: [sampleFinding()] }), 1000);
  await cluster.follow(1000);
  t.same(
    cluster.nodesByName().map(({ name }) => name),
    ['a', 'b'],
  );
  t.equal(cluster.nodeOf('uid-of-a')?.name, 'a');
  t.equal(cluster.nodeOf('c'), null);
  await accept(store, sampleFull({ name: 'a', uid: 'new' }), 2000);
  await accept(store, sampleFull({ name: 'c' }), 2000);
  await cluster.follow(2000);
  t.same(
    cluster.nodesByName().map(({ uid }) => uid),
    ['new', 'uid-of-b', 'uid-of-c'],
    'the replaced machine is gone',
  );
  const { items } = await store.findings({ ...anyFinding, state: 'all' });
  t.same(
    (await cluster.scoped(items, 2000)).map(({ nodeUid, scope, incident }) => [nodeUid, scope, incident]),
    [
      ['uid-of-a', 'unknown', null],
      ['uid-of-b', 'unknown', null],
    ],
  );
});

t.test('who asks hears of a store that fails, and the next asks again', async t => {
  const store = temporaryStore(t);
  await accept(store, sampleFull({ name: 'a' }), 1000);
  let failures = 1;
  const cluster = new Cluster({
    store: {
      ...store,
      changedSince: (revision, limit) =>
        failures-- > 0 ? Promise.reject(new Error('gone')) : store.changedSince(revision, limit),
    },
    staleAfterMs: 90_000,
  });
  await t.rejects(cluster.known(1000), { message: 'gone' });
  t.same(await cluster.known(1000), []);
  t.equal(cluster.view.nodes.size, 1);
});

t.test(
  'while all nodes are read for the first time a question is refused, findings have no scope, and then all is told',
  async t => {
    const store = temporaryStore(t);
    await accept(store, sampleFull({ name: 'a' }, { findings: [sampleFinding()] }), 1000);
    let goOn: () => void = () => undefined;
    const held = new Promise<void>(resolve => {
      goOn = resolve;
    });
    const changedSince = async (revision: number, limit: number): ReturnType<typeof store.changedSince> => {
      await held;
      return store.changedSince(revision, limit);
    };
    const cluster = new Cluster({ store: { ...store, changedSince }, staleAfterMs: 90_000 });
    const { items } = await store.findings({ ...anyFinding, state: 'open' });
    const asked = t.rejects(cluster.known(1000), { code: 'store-unavailable', message: /just started/ });
    t.match(await cluster.scoped(items, 1000), [{ scope: 'unknown', incident: null }]);
    await asked;
    goOn();
    t.equal((await cluster.known(1000)).length, 1);
  },
);
