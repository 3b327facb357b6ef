import type { Test } from 'tap';
import { accept, sampleFinding, sampleFull, sampleHeartbeat } from '../../sample.ts';
import type { Store } from '../../../../src/aggregator/store/store.ts';
import type { OpenStore } from './open-store.ts';

const at = { now: 1000, staleAfterMs: 1_000_000 };
const all = {
  ...{ node: null, registry: null, cause: null, image: null, namespace: null, since: null, before: null },
  state: 'all' as const,
  limit: 100,
};

const removed = async (store: Store, before: number, rows: number): Promise<number> =>
  (await store.prune({ before, rows, maxBytes: Infinity })).aged;

/** What goes with age and with size, and what never does. */
export const pruneContract = (t: Test, open: OpenStore): void => {
  t.test('what closed before goes, what is open or closed later stays', async t => {
    const store = await open(t);
    const [a, b, c] = ['a', 'b', 'c'].map(id => sampleFinding({ id }));
    if (!a || !b || !c) throw new Error('three findings');
    await accept(store, sampleFull({ seq: 1 }, { findings: [a, b, c] }), 100);
    await accept(store, sampleFull({ seq: 2 }, { findings: [b, c] }), 200);
    await accept(store, sampleFull({ seq: 3 }, { findings: [c] }), 300);
    t.equal(await removed(store, 201, 100), 1);
    t.same(
      (await store.findings(all)).items.map(item => item.id),
      ['c', 'b'],
    );
    t.equal(await removed(store, 201, 100), 0);
  });

  t.test('a node not heard of since goes with all it had, one that is heard stays', async t => {
    const store = await open(t);
    await accept(store, sampleFull({ name: 'gone' }, { findings: [sampleFinding()] }), 100);
    await accept(store, sampleFull({ name: 'here' }, { findings: [sampleFinding({ id: 'f-2' })] }), 100);
    await accept(store, sampleHeartbeat({ name: 'here', seq: 2 }, 1), 200);
    await removed(store, 150, 100);
    t.equal(await store.node('gone', at), null);
    t.match(await store.node('here', at), { findings: [{ id: 'f-2' }] });
    t.same(
      (await store.findings(all)).items.map(item => item.id),
      ['f-2'],
    );
  });

  t.test('a boot that ended goes, and the one that runs stays however old', async t => {
    const store = await open(t);
    await accept(store, sampleFull({ boot: 'a', seq: 1 }), 100);
    await accept(store, sampleFull({ boot: 'b', seq: 1 }), 200);
    t.equal(await removed(store, 150, 100), 1);
    t.same(await accept(store, sampleFull({ boot: 'b', seq: 1 }), 300), { stored: false, resync: false });
  });

  t.test('no more rows go at once than asked', async t => {
    const store = await open(t);
    for (let index = 0; index < 5; index += 1) await accept(store, sampleFull({ name: `n-${index}` }), 100);
    t.equal(await removed(store, 200, 2), 2);
    t.equal(await removed(store, 200, 2), 2);
    t.equal(await removed(store, 200, 2), 1);
  });

  t.test('what is too much goes oldest first and counted, and nothing that is open', async t => {
    const store = await open(t);
    const kept = sampleFinding({ id: 'open' });
    for (let seq = 1; seq <= 20; seq += 1)
      await accept(store, sampleFull({ seq }, { findings: [kept, sampleFinding({ id: `f-${seq}` })] }), seq * 100);
    const order = { before: 0, maxBytes: 0, rows: 5 };
    t.same(await store.prune(order), { aged: 0, crowded: 5, events: 0 });
    const closed = (await store.findings({ ...all, state: 'closed' })).items.map(item => item.closedAt);
    t.equal(Math.min(...closed.map(Number)), 700, 'the five oldest are gone');
    for (let left = 5; left > 0;) left = (await store.prune(order)).crowded;
    t.same((await store.findings(all)).items.map(({ id }) => id).sort(), ['f-20', 'open']);
    t.same(await store.prune({ ...order, maxBytes: 2 ** 40 }), { aged: 0, crowded: 0, events: 0 });
  });
};
