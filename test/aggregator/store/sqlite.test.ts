import t from 'tap';
import { openStore } from '../../../src/aggregator/store/store.ts';
import { accept, sampleFull, temporaryDirectory, temporaryStore } from '../sample.ts';
import { storeContract } from './contract.ts';

storeContract(t, t => Promise.resolve(temporaryStore(t)));

t.test('a pull that a person asked for outlives the aggregator', async t => {
  const path = temporaryDirectory(t);
  const first = openStore(path);
  await accept(first, sampleFull({ seq: 1 }), 100);
  t.ok(await first.askRetry('reg.example/x:1', ['uid-of-node-1'], 100));
  await first.close();
  const second = openStore(path);
  t.teardown(() => second.close());
  t.same((await accept(second, sampleFull({ seq: 2 }), 200)).retry, ['reg.example/x:1']);
});
