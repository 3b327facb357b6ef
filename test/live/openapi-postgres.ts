import t from 'tap';
import { callEvery } from '../aggregator/every-call.ts';
import { brokenCluster } from '../aggregator/route/cluster.ts';
import { openOn, serverFor } from '../aggregator/store/replica-load.ts';
import { whyNoPostgres } from '../lab/postgres.ts';

t.setTimeout(290_000);

const skip = (await whyNoPostgres()) ?? false;

t.test('every operation on a real PostgreSQL: no fault, and every answer as it is described', { skip }, async t => {
  const url = await (await serverFor(t)).database();
  await callEvery(t, await brokenCluster(t, { store: await openOn(t, url) }), 30);
});
