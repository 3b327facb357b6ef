import t from 'tap';
import { keepJudging } from '../../src/aggregator/judge.ts';
import type { Store } from '../../src/aggregator/store/store.ts';
import type { Incident } from '../../src/model/incident.ts';
import { wayTo } from '../scope/sample.ts';
import { sampleFull, silentLog, temporaryStore } from './sample.ts';

const any = { state: 'all', cause: null, registry: null, image: null, since: null, before: null, limit: 10 } as const;

const until = async (store: Store, isSo: (incidents: Incident[]) => boolean): Promise<Incident[]> => {
  for (;;) {
    const { items } = await store.incidents(any);
    if (isSo(items)) return items;
    await new Promise(resolve => setTimeout(resolve, 20));
  }
};

t.test('reports become incidents, a restart goes on with them, and they close', async t => {
  const store = temporaryStore(t);
  let time = 1_000_000;
  const now = (): number => time;
  const report = (node: number, seq: number, broken: boolean): Promise<unknown> =>
    store.accept(
      sampleFull({ name: `n-${node}`, seq }, { checks: wayTo('r.example', broken ? 'tls-unknown-authority' : null) }),
      time,
    );
  for (const node of [1, 2, 3]) await report(node, 1, node === 1);
  const run = (): (() => Promise<void>) => {
    const ended = new AbortController();
    const judging = keepJudging({ store, staleAfterMs: 90_000, log: silentLog, now, signal: ended.signal });
    return async () => {
      ended.abort();
      await judging;
    };
  };
  const stop = run();
  const [opened] = await until(store, found => found.length > 0);
  t.equal(opened?.scope.kind, 'node');
  t.same(opened?.scope.nodes, { count: 1, names: ['n-1'] });
  t.equal(opened?.scope.evidence.passed, 2);
  await stop();

  const stopAgain = run();
  time += 10_000;
  for (const node of [1, 2]) await report(node, 3, false);
  await until(store, ([one]) => one?.state === 'healing');
  time += 65_000;
  const [closed, ...more] = await until(store, ([one]) => one?.state === 'closed');
  t.same(more, []);
  t.equal(closed?.id, opened?.id);
  await stopAgain();
});

t.test('a store that fails is asked again', async t => {
  const store = temporaryStore(t);
  await store.accept(sampleFull({ name: 'n-1' }, { checks: wayTo('r.example', 'tls-unknown-authority') }), 1000);
  await store.accept(sampleFull({ name: 'n-2' }, { checks: wayTo('r.example') }), 1000);
  const warnings: string[] = [];
  const log = { ...silentLog, warn: (_facts: object, message: string) => warnings.push(message) };
  let failures = 1;
  const changedSince: Store['changedSince'] = (revision, limit) =>
    failures-- > 0 ? Promise.reject(new Error('gone')) : store.changedSince(revision, limit);
  const ended = new AbortController();
  const judging = keepJudging({
    store: { ...store, changedSince },
    staleAfterMs: 90_000,
    log,
    now: () => 2000,
    signal: ended.signal,
  });
  await until(store, found => found.length === 1);
  t.same(warnings, ['incidents not judged']);
  ended.abort();
  await judging;
});
