import t from 'tap';
import { keepPruning } from '../../src/aggregator/prune.ts';
import { until } from '../house/until.ts';
import { accept, sampleFull, silentLog, temporaryStore } from './sample.ts';

const at = { now: 2000, staleAfterMs: 1_000_000 };

t.test('all that is past the retention goes, however many batches it takes', async t => {
  const store = temporaryStore(t);
  for (let index = 0; index < 1200; index += 1) await accept(store, sampleFull({ name: `n-${index}` }), 100);
  await accept(store, sampleFull({ name: 'here' }), 1500);
  const ended = new AbortController();
  const removed = new Promise(resolve => {
    const log = { ...silentLog, info: resolve };
    void keepPruning({ store, retentionMs: 1000, log, maxBytes: Infinity, now: () => 2000, signal: ended.signal });
  });
  t.same(await removed, { removed: 1200 });
  ended.abort();
  t.same(
    (await store.nodes({ status: null, after: null, limit: 10 }, at)).items.map(node => node.name),
    ['here'],
  );
});

t.test('pruning starts at once, outlives a fault and ends with its signal', async t => {
  const store = temporaryStore(t);
  await accept(store, sampleFull(), 100);
  const ended = new AbortController();
  const pruning = keepPruning({
    store,
    retentionMs: 1000,
    log: silentLog,
    maxBytes: Infinity,
    now: () => 2000,
    signal: ended.signal,
  });
  await until('the node to go', async () => (await store.node('node-1', at)) === null);
  ended.abort();
  await pruning;

  const warnings: string[] = [];
  const log = { ...silentLog, warn: (_facts: object, message: string) => warnings.push(message) };
  const broken = { ...store, prune: () => Promise.reject(new Error('disk')) };
  const again = new AbortController();
  const failing = keepPruning({
    store: broken,
    retentionMs: 1,
    log,
    maxBytes: Infinity,
    now: () => 2000,
    signal: again.signal,
  });
  await until('the complaint', () => warnings.length > 0);
  again.abort();
  await failing;
  t.same(warnings, ['could not remove what is past the retention']);
});
