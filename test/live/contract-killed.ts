import t from 'tap';
import { storeContract } from '../aggregator/store/contract.ts';
import { startStoreProcess } from '../aggregator/store/killed-store.ts';
import { serverFor } from '../aggregator/store/replica-load.ts';
import { temporaryDirectory } from '../aggregator/sample.ts';
import { whyNoPostgres } from '../lab/postgres.ts';

// The contract of all stores, while what holds the data is killed with -9 in the middle of it.

t.setTimeout(290_000);

const skip = (await whyNoPostgres()) ?? false;

t.test('on SQLite, whose process is killed with -9 over and over', { timeout: 290_000 }, async t => {
  const held = startStoreProcess(23, ['process']);
  t.teardown(() => held.end());
  storeContract(t, t => Promise.resolve(held.open(temporaryDirectory(t))));
  await t.test('it was killed', t => {
    t.ok(held.kills > 12, `${held.kills} times`);
    t.end();
  });
});

t.test(
  'on a real PostgreSQL, while it and the aggregator’s process are killed with -9 in turn',
  { skip, timeout: 290_000 },
  async t => {
    const server = await serverFor(t);
    const held = startStoreProcess(31, [
      'process',
      async () => {
        await server.kill();
        await server.start();
      },
    ]);
    t.teardown(() => held.end());
    storeContract(t, async t => {
      const store = held.open(await server.database());
      t.teardown(() => store.close());
      return store;
    });
    await t.test('they were killed', t => {
      t.ok(held.kills > 8, `${held.kills} times`);
      t.end();
    });
  },
);
