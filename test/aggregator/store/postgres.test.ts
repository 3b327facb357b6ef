import t from 'tap';
import { postgresDatabase } from '../../../src/aggregator/store/postgres.ts';
import { storeOn } from '../../../src/aggregator/store/store.ts';
import { startPostgres, whyNoPostgres } from '../../lab/postgres.ts';
import { silentLog } from '../sample.ts';
import { storeContract } from './contract.ts';

const skip = await whyNoPostgres();
if (skip !== null) t.comment(`SKIPPED: ${skip}`);

t.setTimeout(290_000);

t.test('on a real PostgreSQL', { skip: skip ?? false, timeout: 160_000 }, async t => {
  const server = await startPostgres();
  t.teardown(() => server.stop());
  storeContract(t, async t => {
    const store = storeOn(await postgresDatabase(await server.database(), silentLog));
    t.teardown(() => store.close());
    return store;
  });
});
