import t from 'tap';
import { sampleFinding, sampleFull, sampleHeartbeat, temporaryStore } from '../sample.ts';

const at = { now: 1000, staleAfterMs: 1_000_000 };
const all = {
  ...{ node: null, registry: null, cause: null, image: null, namespace: null, since: null, before: null },
  state: 'all' as const,
  limit: 100,
};

t.test('what closed before goes, what is open or closed later stays', async t => {
  const store = temporaryStore(t);
  const [a, b, c] = ['a', 'b', 'c'].map(id => sampleFinding({ id }));
  if (!a || !b || !c) throw new Error('three findings');
  await store.accept(sampleFull({ seq: 1 }, { findings: [a, b, c] }), 100);
  await store.accept(sampleFull({ seq: 2 }, { findings: [b, c] }), 200);
  await store.accept(sampleFull({ seq: 3 }, { findings: [c] }), 300);
  t.equal(await store.expire(201, 100), 1);
  t.same(
    (await store.findings(all)).items.map(item => item.id),
    ['c', 'b'],
  );
  t.equal(await store.expire(201, 100), 0);
});

t.test('a node not heard of since goes with all it had, one that is heard stays', async t => {
  const store = temporaryStore(t);
  await store.accept(sampleFull({ name: 'gone' }, { findings: [sampleFinding()] }), 100);
  await store.accept(sampleFull({ name: 'here' }, { findings: [sampleFinding({ id: 'f-2' })] }), 100);
  await store.accept(sampleHeartbeat({ name: 'here', seq: 2 }, 1), 200);
  await store.expire(150, 100);
  t.equal(await store.node('gone', at), null);
  t.match(await store.node('here', at), { findings: [{ id: 'f-2' }] });
  t.same(
    (await store.findings(all)).items.map(item => item.id),
    ['f-2'],
  );
});

t.test('a boot that ended goes, and the one that runs stays however old', async t => {
  const store = temporaryStore(t);
  await store.accept(sampleFull({ boot: 'a', seq: 1 }), 100);
  await store.accept(sampleFull({ boot: 'b', seq: 1 }), 200);
  t.equal(await store.expire(150, 100), 1);
  t.same(await store.accept(sampleFull({ boot: 'b', seq: 1 }), 300), { stored: false, resync: false });
});

t.test('no more rows go at once than asked', async t => {
  const store = temporaryStore(t);
  for (let index = 0; index < 5; index += 1) await store.accept(sampleFull({ name: `n-${index}` }), 100);
  t.equal(await store.expire(200, 2), 2);
  t.equal(await store.expire(200, 2), 2);
  t.equal(await store.expire(200, 2), 1);
});
