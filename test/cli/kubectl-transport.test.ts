import { readFileSync } from 'node:fs';
import t from 'tap';
import { openKubectl, type KubectlWay } from '../../src/cli/kubectl-transport.ts';
import type { Transport } from '../../src/cli/transport.ts';
import { temporaryDirectory } from '../aggregator/sample.ts';
import { until } from '../house/until.ts';
import { fakeKubectl } from './fake-kubectl.ts';

type Recorded = { name: string; code: number; stdout: string; stderr: string };
const recorded = JSON.parse(readFileSync(new URL('kubectl-1.32.json', import.meta.url), 'utf8')) as {
  cases: Recorded[];
};

const way: KubectlWay = { context: null, namespace: 'pullpath-system', service: 'https:pullpath-aggregator:proxy' };
const open = (given: Partial<KubectlWay> = {}, signal = new AbortController().signal): Transport =>
  openKubectl({ ...way, ...given }, signal);

t.test('a question goes through the service proxy of the API server', async t => {
  const { asked } = fakeKubectl(t, `fs.writeSync(1, '{"value":7}');`);
  t.same(await open().get('/v1/nodes?limit=5'), { status: 200, body: '{"value":7}' });
  await open({ context: 'prod', namespace: 'other', service: 'http:agg:8472' }).get('/v1/nodes');
  t.same(asked(), [
    [
      'get',
      '--raw',
      '/api/v1/namespaces/pullpath-system/services/https:pullpath-aggregator:proxy/proxy/v1/nodes?limit=5',
    ],
    ['--context=prod', 'get', '--raw', '/api/v1/namespaces/other/services/http:agg:8472/proxy/v1/nodes'],
  ]);
  t.equal(open().stream, null, 'kubectl get --raw cannot stream');
});

t.test('what the real kubectl says is told as ours, with what to do', async t => {
  const expected: Record<string, [string, RegExp]> = {
    'service-missing': [
      'aggregator-unreachable',
      /namespace pullpath-system has no service pullpath-aggregator; apply/,
    ],
    'port-missing': ['aggregator-unreachable', /has no port proxy; switch on what daemonset\.yaml marks with KUBECTL/],
    'no-endpoints': ['aggregator-unreachable', /no pod of service .* is ready; look with: kubectl -n pullpath-system/],
    forbidden: ['aggregator-refused', /have the Role pullpath-kubectl bound to you .*User "jane"/],
    unauthorized: ['aggregator-refused', /does not take kubectl’s credentials; log in again/],
    'pod-refuses': ['aggregator-unreachable', /cannot answer now; look with: kubectl/],
    'aggregator-404': ['not-found', /nothing at \/v1\/nodes\/x; check the name/],
    'aggregator-400': ['aggregator-refused', /does not take \/v1\/nodes\/x/],
    'aggregator-401': ['aggregator-refused', /passes none on; give --service/],
    'aggregator-429': ['aggregator-refused', /ask again in a few seconds/],
    'aggregator-503': ['aggregator-unreachable', /cannot answer now/],
    'aggregator-500': ['aggregator-unreachable', /cannot answer now/],
    html: ['aggregator-unreachable', /Bad gateway/],
    'api-refused': [
      'aggregator-unreachable',
      /cannot reach the cluster; check --context and KUBECONFIG .*127\.0\.0\.1:9/,
    ],
    'api-no-name': ['aggregator-unreachable', /cannot reach the cluster.*no such host/],
    'api-not-tls': ['aggregator-unreachable', /cannot reach the cluster.*HTTPS client/],
    'no-context': ['option-invalid', /knows no such context/],
    'no-kubeconfig': ['aggregator-unreachable', /localhost:8080 was refused/],
  };
  for (const { name, code, stdout, stderr } of recorded.cases) {
    fakeKubectl(
      t,
      `fs.writeSync(1, ${JSON.stringify(stdout)}); fs.writeSync(2, ${JSON.stringify(stderr)}); process.exitCode = ${code};`,
    );
    if (code === 0) {
      t.same(await open().get('/v1/nodes/x'), { status: 200, body: stdout }, name);
      continue;
    }
    const [errorCode = '', message = /-/] = expected[name] ?? [];
    await t.rejects(open().get('/v1/nodes/x'), { code: errorCode, message }, name);
  }
  t.equal(recorded.cases.length, Object.keys(expected).length + 1);
});

t.test('without kubectl, and with one that prints without end or dies, that is told', async t => {
  const path = process.env['PATH'];
  process.env['PATH'] = temporaryDirectory(t);
  await t.rejects(open().get('/x'), {
    code: 'aggregator-unreachable',
    message: /not on the PATH; install it, or use --server/,
  });
  process.env['PATH'] = path;
  fakeKubectl(t, `process.kill(process.pid, 'SIGKILL');`);
  await t.rejects(open().get('/x'), { code: 'aggregator-unreachable', message: /it ended with a signal/ });
  fakeKubectl(t, `const more = () => process.stdout.write('x'.repeat(1 << 20), more); more();`);
  await t.rejects(open().get('/x'), { code: 'aggregator-answer', message: /too large/ });
  fakeKubectl(t, `fs.writeSync(2, 'Error from server (Forbidden): \\u001b[2Jx\\n'); process.exitCode = 1;`);
  const said = await open()
    .get('/x')
    .then(() => '', String);
  t.notMatch(said, /[\u0000-\u001f]/);
});

t.test('the signal ends it', async t => {
  const stop = new AbortController();
  const { asked } = fakeKubectl(t, `setInterval(() => {}, 1000);`);
  const asking = open({}, stop.signal).get('/x');
  await until('the question', () => asked().length > 0);
  stop.abort();
  await t.rejects(asking, { code: 'aggregator-unreachable' });
});
