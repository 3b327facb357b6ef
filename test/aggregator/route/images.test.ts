import t from 'tap';
import { imageSchema } from '../../../src/wire/cluster-schema.ts';
import { getAny, getJson, postReport, sampleFull } from '../sample.ts';
import { brokenCluster } from './cluster.ts';

t.test('an image tells where it pulls and where it does not, in any spelling', async t => {
  const { app, clock } = await brokenCluster(t);
  for (const ref of ['nginx:1', 'docker.io/library/nginx:1', 'index.docker.io%2Flibrary%2Fnginx:1']) {
    const { body } = await getJson(app, `/v1/images?ref=${ref}`, imageSchema);
    t.match(body, {
      ...{ image: 'docker.io/library/nginx:1', registry: 'docker.io' },
      pulled: { count: 1, names: ['node-3'] },
      failed: { count: 2, names: ['node-0', 'node-1'] },
      ended: { count: 0 },
      faults: [{ cause: 'tls-unknown-authority', scope: { kind: 'nodes' } }],
      hosts: [{ host: 'mirror.example', passed: 8, failed: 2 }],
    });
  }
  clock.now += 1000;
  await postReport(app, sampleFull({ name: 'node-1', seq: 2 }));
  const { body } = await getJson(app, '/v1/images?ref=nginx:1', imageSchema);
  t.match(body, { failed: { names: ['node-0'] }, ended: { count: 1, names: ['node-1'] } });
});

t.test('an image that no node tried has no nodes, and what is no reference is refused', async t => {
  const { app } = await brokenCluster(t);
  const none = { count: 0, names: [] };
  const { body } = await getJson(app, '/v1/images?ref=quay.io/never/seen:1', imageSchema);
  t.match(body, { pulled: none, failed: none, ended: none, faults: [], hosts: [{ host: 'mirror.example' }] });
  for (const query of ['', '?ref=', '?ref=a//b', '?ref=a&ref=b', `?ref=${'a'.repeat(1025)}`])
    t.match(await getAny(app, `/v1/images${query}`), { status: 400, body: { parameter: 'ref' } }, query.slice(0, 30));
});
