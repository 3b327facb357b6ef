import t from 'tap';
import { pageSchema } from '../../../src/wire/api.ts';
import { registrySchema } from '../../../src/wire/cluster-schema.ts';
import { getAny, getJson } from '../sample.ts';
import { allPages, brokenCluster, judged } from './cluster.ts';

t.test('each host tells for how many nodes it works, and what is broken about it', async t => {
  const server = await brokenCluster(t);
  await judged(server);
  const { body } = await getJson(server.app, '/v1/registries', pageSchema(registrySchema));
  t.match(body.items, [
    {
      ...{ host: 'mirror.example', registries: ['docker.io', 'quay.io'], passed: 8, failed: 2, notTested: 0, stale: 0 },
      faults: [{ stage: 'tls', cause: 'tls-unknown-authority', scope: { kind: 'nodes' }, incident: /^i-/ }],
    },
    { host: 'reg.example', passed: 10, failed: 0, faults: [] },
  ]);
  const only = await getJson(server.app, '/v1/registries?registry=quay.io', pageSchema(registrySchema));
  t.same(
    only.body.items.map(({ host }) => host),
    ['mirror.example'],
  );
  t.equal((await allPages(server.app, '/v1/registries?limit=1')).length, 2);
  server.clock.now += 600_000;
  const later = await getJson(server.app, '/v1/registries', pageSchema(registrySchema));
  t.match(later.body.items[0], { passed: 0, failed: 0, notTested: 0, stale: 10 });
  t.match(await getAny(server.app, '/v1/registries?host=a'), { status: 400 });
});
