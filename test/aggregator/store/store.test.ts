import t from 'tap';
import { openStore } from '../../../src/aggregator/store/store.ts';
import { accept, sampleFinding, sampleFull, temporaryDirectory } from '../sample.ts';

const at = { now: 1000, staleAfterMs: 1_000_000 };

t.test('what was taken is there after closing and opening again', async t => {
  const dataDir = temporaryDirectory(t);
  const first = openStore(dataDir);
  await accept(first, sampleFull({}, { findings: [sampleFinding()] }), 100);
  await first.close();
  const second = openStore(dataDir);
  t.match(await second.node('node-1', at), { status: 'failing', findings: [{ id: 'f-1' }] });
  t.same(await accept(second, sampleFull(), 200), { stored: false, resync: false });
  await second.close();
});

t.test('a store that is gone fails each question, and throws at none', async t => {
  const store = openStore(temporaryDirectory(t));
  await store.ping();
  await store.close();
  await t.rejects(store.ping());
  await t.rejects(accept(store, sampleFull(), 1));
  await t.rejects(store.nodes({ status: null, after: null, limit: 1 }, at));
});
