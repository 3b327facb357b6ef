import { gzipSync } from 'node:zlib';
import t from 'tap';
import { findingAnswerSchema, nodeAnswerSchema, pageSchema } from '../../../src/wire/api.ts';
import { limits } from '../../../src/model/limits.ts';
import { wayTo } from '../../scope/sample.ts';
import { getAny, getJson, postReport, sampleFinding, sampleFull, sampleHeartbeat, sampleServer } from '../sample.ts';

type Server = ReturnType<typeof sampleServer>;

/** What every reader is told of the cluster; it must be the same after a report that changes nothing. */
const told = async ({ app }: Server): Promise<unknown[]> => {
  const paths = ['nodes', 'findings?state=all', 'incidents?state=all', 'registries', 'matrix', 'drift'];
  return Promise.all(paths.map(async path => (await getAny(app, `/v1/${path}`)).body));
};

/** A cluster of three, of which node-1 fails. */
const cluster = async (t: Parameters<typeof sampleServer>[0]): Promise<Server> => {
  const server = sampleServer(t);
  for (const name of ['node-1', 'node-2', 'node-3']) {
    const isBroken = name === 'node-1';
    const checks = [...sampleFull().checks, ...wayTo('reg.example', isBroken ? 'dns-timeout' : null)];
    await postReport(server.app, sampleFull({ name, seq: 5 }, { checks, findings: isBroken ? [sampleFinding()] : [] }));
  }
  return server;
};

t.test('reports out of order and repeated: the newest counts, once', async t => {
  const server = await cluster(t);
  const before = await told(server);
  const late = sampleFull({ name: 'node-1', seq: 4 }, { findings: [sampleFinding({ id: 'f-old' })] });
  t.match(await postReport(server.app, late), { status: 202 }, 'noted');
  t.match(await postReport(server.app, late), { status: 200, body: { stored: false } });
  t.match(await postReport(server.app, sampleFull({ name: 'node-1', seq: 5 })), {
    status: 200,
    body: { stored: false },
  });
  t.same(await told(server), before);
});

t.test('a clock years off changes neither order, times nor status', async t => {
  const server = await cluster(t);
  for (const [seq, sentAt] of [
    [6, 0],
    [7, Date.UTC(2090, 0)],
    [8, Date.UTC(1999, 0)],
  ] as const) {
    const findings = [sampleFinding({ firstSeen: sentAt, lastSeen: sentAt })];
    t.match(await postReport(server.app, { ...sampleFull({ name: 'node-1', seq }, { findings }), sentAt }), {
      status: 202,
    });
  }
  const { body } = await getJson(server.app, '/v1/nodes/node-1', nodeAnswerSchema);
  t.match(body, { status: 'failing', lastSeen: server.clock.now, reportedAt: server.clock.now });
  t.match(body.findings, [{ openedAt: server.clock.now, firstSeen: Date.UTC(1999, 0) }]);
  t.match(await postReport(server.app, { ...sampleFull({ seq: 9 }), sentAt: -1 }), { status: 400 });
});

t.test('a node replaced under its old name inherits nothing, and the old one speaks for nobody', async t => {
  const server = await cluster(t);
  t.match(await postReport(server.app, sampleFull({ name: 'node-1', uid: 'new', seq: 1 })), { status: 202 });
  t.match((await getJson(server.app, '/v1/nodes/node-1', nodeAnswerSchema)).body, { uid: 'new', findings: [] });
  const late = sampleFull({ name: 'node-1', seq: 6 }, { findings: [sampleFinding({ id: 'f-ghost' })] });
  await postReport(server.app, late);
  const { body } = await getJson(server.app, '/v1/nodes/node-1', nodeAnswerSchema);
  t.equal(body.uid, 'new');
  const matrix = (await getAny(server.app, '/v1/matrix')).body as { items: { node: string }[] };
  t.equal(matrix.items.filter(({ node }) => node === 'node-1').length, 1);
});

t.test('an agent a version newer or older is taken, and what is not known is worst, not well', async t => {
  const server = await cluster(t);
  const newer = {
    ...sampleFull({ name: 'node-2', seq: 6 }),
    agent: { version: '0.2.0' },
    novelty: { deep: [1] },
    findings: [{ ...sampleFinding({ id: 'f-new' }), cause: 'moon-phase', severity: 'catastrophic', more: 1 }],
  };
  t.match(await postReport(server.app, newer), { status: 202 });
  const { body } = await getJson(server.app, '/v1/findings?node=node-2', pageSchema(findingAnswerSchema));
  t.match(body.items, [{ cause: 'other', severity: 'error' }]);
  const older = sampleFull({ name: 'node-3', seq: 6 });
  t.match(await postReport(server.app, { ...older, checks: undefined, retries: undefined }), { status: 202 });
  t.match((await getJson(server.app, '/v1/nodes/node-3', nodeAnswerSchema)).body, { status: 'unknown' });
  t.match(await postReport(server.app, { ...sampleFull({ seq: 7 }), schema: 'pullpath.report/2' }), { status: 400 });
});

t.test(
  'too large, too deep, and keys of the prototype: refused or without effect, and nothing of it stored',
  async t => {
    const server = await cluster(t);
    const before = await told(server);
    const post = async (payload: string | Buffer, headers = {}): Promise<[number, string]> => {
      const response = await server.app.inject({
        ...{ method: 'POST', url: '/v1/reports', payload },
        headers: { 'content-type': 'application/json', ...headers },
      });
      return [response.statusCode, response.json<{ code: string }>().code];
    };
    const large = JSON.stringify({ ...sampleFull({ name: 'node-1', seq: 9 }), filler: 'x'.repeat(limits.reportBytes) });
    t.same(await post(large), [413, 'report-too-large']);
    t.same(await post(gzipSync(large), { 'content-encoding': 'gzip' }), [413, 'report-too-large'], 'a kilobyte packed');
    t.same(await post(`{"findings":${'['.repeat(100_000)}`), [400, 'report-not-json']);
    t.same(await post(`${'{"a":'.repeat(200)}1${'}'.repeat(200)}`), [400, 'report-not-json']);
    const sneaky = JSON.stringify(sampleFull({ name: 'node-1', seq: 0 })).replace(
      '"seq":0',
      '"seq":1,"__proto__":{"findings":[{}],"polluted":1},"constructor":{"prototype":{"polluted":1}}',
    );
    t.equal((await post(sneaky))[0], 202, 'late, and noted');
    t.equal(({} as Record<string, unknown>)['polluted'], undefined);
    t.same(await told(server), before);
  },
);

t.test('a full report of just under 1 MiB is taken whole', async t => {
  const server = sampleServer(t);
  const message = 'm'.repeat(4000);
  const findings = Array.from({ length: 210 }, (_, at) => sampleFinding({ id: `f-${at}`, message, title: 't' }));
  const report = sampleFull({}, { findings });
  t.ok(JSON.stringify(report).length < limits.reportBytes && JSON.stringify(report).length > limits.reportBytes * 0.9);
  t.match(await postReport(server.app, report), { status: 202 });
  t.match(await postReport(server.app, sampleHeartbeat({ seq: 2 }, 1)), { status: 202, body: { resync: false } });
  t.equal((await getJson(server.app, '/v1/nodes/node-1', nodeAnswerSchema)).body.findings.length, 210);
});
