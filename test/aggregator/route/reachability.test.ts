import t from 'tap';
import type { ReportedCheck } from '../../../src/model/check.ts';
import { reachabilitySchema } from '../../../src/wire/api.ts';
import { getAny, getJson, postReport, sampleFull, sampleServer } from '../sample.ts';

const checks: ReportedCheck[] = [
  { id: 'runtime.cri', stage: 'runtime', outcome: 'pass', code: null, ms: 1, detail: '' },
  { id: 'node.journal', stage: 'runtime', outcome: 'pass', code: null, ms: 1, detail: '' },
  ...(['dns.resolve', 'tcp.connect'] as const).map((id): ReportedCheck => ({
    ...{ id, stage: id === 'dns.resolve' ? 'dns' : 'tcp', outcome: id === 'dns.resolve' ? 'pass' : 'fail' },
    ...{ code: id === 'dns.resolve' ? null : 'tcp-timeout', ms: 7, detail: '' },
    ...{ registry: 'docker.io', host: 'mirror.test:5000', role: 'mirror', at: 900 },
  })),
];

t.test('every registry host of a node is told stage by stage, by name and uid, under an ETag', async t => {
  const { app, clock } = sampleServer(t);
  await postReport(app, sampleFull({}, { checks }));
  for (const key of ['node-1', 'uid-of-node-1']) {
    const { body } = await getJson(app, `/v1/nodes/${key}/reachability`, reachabilitySchema);
    t.match(body, { node: 'node-1', uid: 'uid-of-node-1', status: 'ok', lastSeen: clock.now, hosts: { length: 1 } });
    t.match(body.hosts[0], { registry: 'docker.io', host: 'mirror.test:5000', role: 'mirror', stages: { length: 9 } });
    t.match(
      body.hosts[0]?.stages.filter(stage => stage.outcome !== 'unknown'),
      [
        { stage: 'dns', outcome: 'pass', ms: 7, when: 900 },
        { stage: 'tcp', outcome: 'fail', code: 'tcp-timeout', when: 900 },
      ],
    );
  }
  const url = '/v1/nodes/node-1/reachability';
  const { etag } = (await app.inject({ url })).headers;
  t.equal((await app.inject({ url, headers: { 'if-none-match': String(etag) } })).statusCode, 304);
  clock.now += 120_001;
  t.match(await getAny(app, url), { body: { status: 'stale', hosts: { length: 1 } } }, 'and says that it is old');
});

t.test('a node without walks has no hosts; what is not there and what is not allowed is a problem', async t => {
  const { app } = sampleServer(t);
  await postReport(app, sampleFull());
  t.match(await getAny(app, '/v1/nodes/node-1/reachability'), { status: 200, body: { hosts: { length: 0 } } });
  t.match(await getAny(app, '/v1/nodes/nobody/reachability'), { status: 404, body: { code: 'not-found' } });
  t.match(await getAny(app, '/v1/nodes/node-1/reachability?x=1'), { status: 400, body: { code: 'query-invalid' } });
  t.equal((await app.inject({ method: 'POST', url: '/v1/nodes/node-1/reachability' })).statusCode, 405);
});
