import t from 'tap';
import type { FullReport } from '../../../src/model/report.ts';
import { imageSchema, type ImageItem } from '../../../src/wire/cluster-schema.ts';
import { imageOn } from '../../scope/sample.ts';
import { getAny, getJson, postReport, sampleFull, sampleServer } from '../sample.ts';
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

t.test(
  'what the runtimes pulled is where it pulls, and who pulled it just now tells the failing node from the others',
  async t => {
    const { app, clock, cluster } = sampleServer(t);
    clock.now += 86_400_000;
    const image = 'reg.example/team/app:1';
    const failing = imageOn('node-0', image, 'auth-denied');
    await postReport(app, sampleFull({ name: 'node-0' }, { findings: [failing] }));
    const ask = async (): Promise<ImageItem> => (await getJson(app, `/v1/images?ref=${image}`, imageSchema)).body;
    t.match(await ask(), { pulled: { count: 0 }, faults: [{ scope: { kind: 'unknown' } }] });
    const pulls = (name: string, at: number): FullReport => ({
      ...sampleFull({ name }, { pulled: [{ image: 'reg.example/team/app:1', at }] }),
      sentAt: clock.now,
    });
    for (const name of ['node-1', 'node-2', 'node-3']) await postReport(app, pulls(name, clock.now - 60_000));
    await postReport(app, pulls('node-4', clock.now - 7_200_000));
    await postReport(app, sampleFull({ name: 'node-5' }));
    t.match(await ask(), {
      ...{ pulled: { count: 4, names: ['node-1', 'node-2', 'node-3', 'node-4'] }, failed: { names: ['node-0'] } },
      faults: [
        {
          cause: 'auth-denied',
          scope: {
            kind: 'node',
            evidence: { tried: 4, failed: 1, passed: 3, notTested: 2 },
            why: '3 nodes that tried pass',
          },
        },
      ],
    });
    t.equal((await cluster.known(clock.now)).length, 1);
    await postReport(app, sampleFull({ name: 'node-0', seq: 2 }, { pulled: [{ image, at: 999 }] }));
    t.match(await ask(), { pulled: { count: 5 }, failed: { count: 0 }, ended: { count: 0 }, faults: [] });
  },
);
