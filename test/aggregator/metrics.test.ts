import t from 'tap';
import { version } from '../../src/lib/version.ts';
import { postReport, sampleFinding, sampleFull, sampleHeartbeat, sampleServer } from './sample.ts';
import { checkMetrics, withoutPromtool } from '../lab/promtool.ts';
import { brokenCluster, judged } from './route/cluster.ts';

const lines = async (app: ReturnType<typeof sampleServer>['app']): Promise<string[]> =>
  (await app.inject('/metrics')).body.split('\n');

t.test('reports are counted by what became of them', async t => {
  const { app } = sampleServer(t);
  await postReport(app, sampleFull());
  await postReport(app, sampleFull());
  await postReport(app, sampleHeartbeat({ seq: 9 }, 8));
  await postReport(app, { schema: 'no' });
  await app.inject({ method: 'POST', url: '/v1/reports', headers: { 'content-type': 'text/plain' }, payload: 'x' });
  await app.inject('/v1/nodes');
  const text = await lines(app);
  for (const line of [
    'pullpath_reports_total{outcome="stored"} 2',
    'pullpath_reports_total{outcome="repeated"} 1',
    'pullpath_reports_total{outcome="report-invalid"} 1',
    'pullpath_reports_total{outcome="media-type-unsupported"} 1',
    'pullpath_resyncs_total 1',
    'pullpath_ingest_duration_seconds_count 5',
    `pullpath_build_info{version="${version}"} 1`,
  ])
    t.ok(text.includes(line), line);
});

t.test('nodes and findings are those of the moment', async t => {
  const { app, clock } = sampleServer(t);
  const nowhere = sampleFinding({ id: 'f-2', cause: 'runtime-unavailable', registry: null });
  await postReport(app, sampleFull({ name: 'a' }, { findings: [sampleFinding(), nowhere] }));
  await postReport(app, sampleFull({ name: 'b' }, { findings: [sampleFinding({ id: 'f-3' })] }));
  const text = await lines(app);
  for (const line of [
    'pullpath_nodes{status="failing"} 2',
    'pullpath_nodes{status="ok"} 0',
    'pullpath_findings{cause="dns-failure",scope="registry",registry="reg.example"} 2',
    'pullpath_findings{cause="runtime-unavailable",scope="node",registry=""} 1',
  ])
    t.ok(text.includes(line), line);
  clock.now += 1_000_000;
  await postReport(app, sampleFull({ name: 'b', seq: 2 }));
  const later = await lines(app);
  t.ok(later.includes('pullpath_nodes{status="stale"} 1'));
  t.ok(later.includes('pullpath_findings{cause="dns-failure",scope="unknown",registry="reg.example"} 1'));
});

t.test('registries beyond a bound share a label', async t => {
  const { app } = sampleServer(t);
  const findings = Array.from({ length: 300 }, (_, index) =>
    sampleFinding({ id: `f-${index}`, registry: `r-${index}.example` }),
  );
  await postReport(app, sampleFull({}, { findings }));
  const series = (await lines(app)).filter(line => line.startsWith('pullpath_findings{'));
  t.equal(series.length, 201);
  t.match(series.join('\n'), /^pullpath_findings\{cause="dns-failure",scope="\w+",registry="others"\} 100$/m);
});

t.test('only counters end in _total, and every metric has its help', async t => {
  const { app } = sampleServer(t);
  const text = await lines(app);
  const types = text.filter(line => line.startsWith('# TYPE ')).map(line => line.split(' ').slice(2));
  t.ok(types.length >= 8);
  for (const [name = '', type] of types) {
    t.equal(name.endsWith('_total'), type === 'counter', name);
    t.ok(
      text.some(line => line.startsWith(`# HELP ${name} `)),
      name,
    );
    t.match(name, /^(pullpath|process)_[a-z_]+$/);
  }
});

t.test('promtool has nothing to say of a cluster in trouble', { skip: withoutPromtool }, async t => {
  const server = await brokenCluster(t);
  await judged(server);
  await server.app.inject({ method: 'POST', url: '/v1/reports', payload: 'no report' });
  const text = (await server.app.inject('/metrics')).body;
  t.match(text, 'pullpath_findings{cause="tls-unknown-authority",scope="nodes",registry="docker.io"} 2');
  t.match(text, 'pullpath_incidents{cause="tls-unknown-authority",scope="nodes"} 1');
  t.equal(checkMetrics(text), '');
});
