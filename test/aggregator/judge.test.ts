import t from 'tap';
import { Cluster } from '../../src/aggregator/cluster.ts';
import { keepJudging } from '../../src/aggregator/judge.ts';
import type { NodeLabels } from '../../src/aggregator/kubernetes/node-labels.ts';
import type { Store } from '../../src/aggregator/store/store.ts';
import type { Incident } from '../../src/model/incident.ts';
import { until } from '../house/until.ts';
import { wayTo } from '../scope/sample.ts';
import { accept, sampleFull, silentLog, temporaryStore } from './sample.ts';

const any = { state: 'all', cause: null, registry: null, image: null, since: null, before: null, limit: 10 } as const;

const incidentsOnce = async (
  store: Store,
  isSo: (incidents: Incident[]) => boolean,
  meanwhile: () => void = () => {},
): Promise<Incident[]> => {
  let items: Incident[] = [];
  await until('the incidents', async () => {
    meanwhile();
    ({ items } = await store.incidents(any));
    return isSo(items);
  });
  return items;
};

t.test('reports become incidents, a restart goes on with them, and they close', async t => {
  const store = temporaryStore(t);
  let time = 1_000_000;
  const now = (): number => time;
  const report = (node: number, seq: number, broken: boolean): Promise<unknown> =>
    accept(
      store,
      sampleFull({ name: `n-${node}`, seq }, { checks: wayTo('r.example', broken ? 'tls-unknown-authority' : null) }),
      time,
    );
  for (const node of [1, 2, 3]) await report(node, 1, node === 1);
  const run = (): (() => Promise<void>) => {
    const ended = new AbortController();
    const judging = keepJudging({
      store,
      cluster: new Cluster({ store, staleAfterMs: 90_000 }),
      log: silentLog,
      now,
      signal: ended.signal,
    });
    return async () => {
      ended.abort();
      await judging;
    };
  };
  const stop = run();
  const [opened] = await incidentsOnce(store, found => found.length > 0);
  t.equal(opened?.scope.kind, 'node');
  t.same(opened?.scope.nodes, { count: 1, names: ['n-1'] });
  t.equal(opened?.scope.evidence.passed, 2);
  await stop();

  const stopAgain = run();
  time += 10_000;
  for (const node of [1, 2]) await report(node, 3, false);
  await incidentsOnce(store, ([one]) => one?.state === 'healing');
  time += 65_000;
  const [closed, ...more] = await incidentsOnce(store, ([one]) => one?.state === 'closed');
  t.same(more, []);
  t.equal(closed?.id, opened?.id);
  await stopAgain();
});

t.test('a store that fails is asked again', async t => {
  const store = temporaryStore(t);
  await accept(store, sampleFull({ name: 'n-1' }, { checks: wayTo('r.example', 'tls-unknown-authority') }), 1000);
  await accept(store, sampleFull({ name: 'n-2' }, { checks: wayTo('r.example') }), 1000);
  const warnings: string[] = [];
  const log = { ...silentLog, warn: (_facts: object, message: string) => warnings.push(message) };
  let failures = 1;
  const changedSince: Store['changedSince'] = (revision, limit) =>
    failures-- > 0 ? Promise.reject(new Error('gone')) : store.changedSince(revision, limit);
  const ended = new AbortController();
  const judging = keepJudging({
    store,
    cluster: new Cluster({ store: { ...store, changedSince }, staleAfterMs: 90_000 }),
    log,
    now: () => 2000,
    signal: ended.signal,
  });
  await incidentsOnce(store, found => found.length === 1);
  t.same(warnings, ['incidents not judged']);
  ended.abort();
  await judging;
});

t.test('labels that come later place the nodes: a zone is what the failing ones share', async t => {
  const store = temporaryStore(t);
  for (let node = 1; node <= 12; node += 1) {
    const broken = node <= 4 ? 'tcp-timeout' : null;
    await accept(store, sampleFull({ name: `n-${node}` }, { checks: wayTo('r.example', broken) }), 1000);
  }
  const labels: { of: NodeLabels['of']; version: number } = { of: () => undefined, version: 0 };
  let time = 1000;
  const now = (): number => time;
  const pass = (): void => {
    time += 1000;
  };
  const ended = new AbortController();
  const judging = keepJudging({
    store,
    cluster: new Cluster({ store, staleAfterMs: 900_000, labels }),
    log: silentLog,
    now,
    signal: ended.signal,
  });
  const [opened] = await incidentsOnce(store, found => found.length > 0, pass);
  t.same(opened?.scope.shared, []);
  labels.of = node => ({ 'topology.kubernetes.io/zone': Number(node.slice(2)) <= 4 ? 'a' : 'b' });
  labels.version = 1;
  const [incident] = await incidentsOnce(store, ([one]) => (one?.scope.shared.length ?? 0) > 0, pass);
  t.match(incident?.scope, { kind: 'nodes', shared: [{ name: 'zone', value: 'a', failing: 4, passing: 0 }] });
  ended.abort();
  await judging;
});
