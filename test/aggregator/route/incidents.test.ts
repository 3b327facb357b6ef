import t from 'tap';
import { findingAnswerSchema, pageSchema } from '../../../src/wire/api.ts';
import { incidentDetailSchema, incidentSchema } from '../../../src/wire/incident-schema.ts';
import { getAny, getJson } from '../sample.ts';
import { brokenCluster, judged } from './cluster.ts';

t.test('findings that belong together are one incident, and each tells which', async t => {
  const server = await brokenCluster(t);
  const { app } = server;
  await judged(server);
  const { body } = await getJson(app, '/v1/incidents', pageSchema(incidentSchema));
  const tls = body.items.find(({ cause }) => cause === 'tls-unknown-authority');
  t.match(tls?.scope, { kind: 'nodes', nodes: { count: 2, names: ['node-0', 'node-1'] }, evidence: { passed: 8 } });
  const found = await getJson(app, '/v1/findings?cause=tls-unknown-authority', pageSchema(findingAnswerSchema));
  t.equal(found.body.items.length, 2);
  for (const item of found.body.items) t.match(item, { scope: 'nodes', incident: tls?.id });
  const node = await getAny(app, '/v1/nodes/node-0');
  t.match(node.body, { findings: [{ scope: 'nodes', incident: tls?.id }] });
  const one = await getJson(app, `/v1/incidents/${tls?.id ?? ''}`, incidentDetailSchema);
  t.same(one.body.findingItems.map(({ node }) => node).sort(), ['node-0', 'node-1']);
  t.same(one.body.findingItems.map(({ id }) => id).sort(), tls?.findings.toSorted());
});

t.test('incidents are asked for by what they are', async t => {
  const server = await brokenCluster(t);
  await judged(server);
  const cases: [string, number][] = [
    ['state=open', 2],
    ['state=closed', 0],
    ['state=all', 2],
    ['cause=tag-not-found', 1],
    ['cause=dns-failure', 0],
    ['registry=Docker.io', 1],
    ['image=reg.example/team/gone:1', 1],
    [`since=${server.clock.now + 1}`, 0],
    ['limit=1', 1],
  ];
  for (const [query, count] of cases) {
    const { body } = await getJson(server.app, `/v1/incidents?${query}`, pageSchema(incidentSchema));
    t.equal(body.items.length, count, query);
  }
  t.match(await getAny(server.app, '/v1/incidents/none'), { status: 404, body: { code: 'not-found' } });
  t.match(await getAny(server.app, '/v1/incidents?state=ajar'), { status: 400, body: { parameter: 'state' } });
  t.match(await getAny(server.app, '/v1/incidents?node=a'), { status: 400, body: { parameter: 'node' } });
});
