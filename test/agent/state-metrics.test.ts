import { join } from 'node:path';
import t from 'tap';
import { Metrics } from '../../src/agent/metrics.ts';
import { NodeState } from '../../src/agent/node-state.ts';
import { Spool } from '../../src/agent/spool.ts';
import { countFailure, describeState } from '../../src/agent/state-metrics.ts';
import type { Check } from '../../src/model/check.ts';
import type { OpenPull } from '../../src/model/report.ts';
import { keepLog } from './fixture.ts';

const pull: OpenPull = {
  ...{ image: 'nginx', namespace: 'secret-namespace', pod: 'secret-pod', podUid: null, container: 'app' },
  ...{ reason: 'ErrImagePull', textCause: 'other', message: '', attempts: 1, firstSeen: 1, lastSeen: 1 },
  nextAttemptAt: null,
};

t.test('gauges follow the state; no label names an image, a pod or a namespace', async t => {
  const metrics = new Metrics('n1');
  const state = new NodeState({ uid: 'u', name: 'n1' }, null);
  const log = keepLog();
  const spool = await Spool.open({
    directory: join(t.testdir({}), 's'),
    maxBytes: 1e6,
    log,
    onDropped: () => undefined,
  });
  t.notMatch(describeState(metrics, state, spool), 'pullpath_findings{');
  state.apply({
    ...{ kind: 'pod-failed', at: 1, who: pull, reason: 'ErrImagePull', image: 'nginx' },
    message: 'failed to resolve image: docker.io/library/nginx:latest: not found',
  });
  state.setRuntime({
    runtime: null,
    check: { id: 'runtime.cri', stage: 'runtime', outcome: 'fail', code: 'unavailable', ms: 1500, detail: '' },
    down: { since: 1, message: 'm' },
  });
  await spool.add({ seq: 1, kind: 'full', body: Buffer.alloc(100) });
  countFailure(metrics, pull);
  countFailure(metrics, { ...pull, textCause: 'dns-failure', image: 'Bad Image' });
  const text = describeState(metrics, state, spool);
  const wanted = [
    'pullpath_findings{cause="tag-not-found",registry="docker.io",scope="node"} 1',
    'pullpath_findings{cause="runtime-unavailable",registry="",scope="node"} 1',
    'pullpath_pull_failures_total{cause="other",registry="docker.io"} 1',
    'pullpath_pull_failures_total{cause="dns-failure",registry=""} 1',
    'pullpath_unclassified_total 1',
    'pullpath_check_outcome{node="n1",check="runtime.cri"} 0',
    'pullpath_check_duration_seconds{node="n1",check="runtime.cri"} 1.5',
    'pullpath_spool_bytes 100',
    'pullpath_spool_reports 1',
    'pullpath_spool_disk_full 0',
    'pullpath_reports_dropped_total 0',
  ];
  for (const line of wanted) t.ok(text.split('\n').includes(line), line);
  t.notMatch(text, /secret|nginx/);
  state.apply({ kind: 'pod-gone', at: 2, namespace: pull.namespace, pod: pull.pod });
  t.notMatch(describeState(metrics, state, spool), 'tag-not-found', 'what is closed goes');
});

t.test('what the walks saw is told by registry and host, and absent where it was not tested', async t => {
  const metrics = new Metrics('n1');
  const state = new NodeState({ uid: 'u', name: 'n1' }, null);
  const spool = await Spool.open({
    ...{ directory: join(t.testdir({}), 's'), maxBytes: 1e6, log: keepLog() },
    onDropped: () => undefined,
  });
  const check = (id: string, stage: Check['stage'], given: Partial<Check> = {}): Check => ({
    ...{ id, stage, outcome: 'pass', code: null, ms: 250, detail: '' },
    ...given,
  });
  const chain = [{ notAfter: '2027-01-01T00:00:00.000Z' }, { notAfter: '2030-01-01T00:00:00.000Z' }];
  const checks = [
    check('tcp.connect', 'tcp', { outcome: 'fail', code: 'tcp-timeout', ms: 5000 }),
    check('tcp.connect', 'tcp'),
    check('tls.chain', 'tls', { facts: { chain } }),
    check('registry.ping', 'registry', { outcome: 'fail', code: 'registry-error' }),
    check('registry.token', 'auth', { outcome: 'skip', code: 'not-needed' }),
  ];
  const host = { host: 'm.test', role: 'mirror', url: 'https://m.test/v2', source: 'default' } as const;
  const walk = { registry: 'r.test', checks: [], findings: [], startedAt: 1, ms: 1 };
  const clock = check('node.clock', 'tls', { facts: { skewSeconds: -90 } });
  state.addWalk({ ...walk, target: 'r.test', hosts: [{ ...host, checks }], checks: [clock] });
  const left = check('registry.rate-limit', 'registry', { facts: { remaining: 76 } });
  state.addWalk({ ...walk, target: 'r.test/a:1', image: 'r.test/a:1', hosts: [{ ...host, checks: [left] }] });
  const lines = describeState(metrics, state, spool).split('\n');
  const where = 'node="n1",registry="r.test",host="m.test"';
  const wanted = [
    `pullpath_check_outcome{${where},check="tcp.connect"} 1`,
    `pullpath_check_duration_seconds{${where},check="tcp.connect"} 0.25`,
    `pullpath_check_outcome{${where},check="registry.ping"} 0`,
    `pullpath_certificate_expiry_timestamp_seconds{${where}} ${Date.UTC(2027, 0, 1) / 1000}`,
    `pullpath_rate_limit_remaining{${where}} 76`,
    'pullpath_clock_skew_seconds{node="n1"} -90',
  ];
  for (const line of wanted) t.ok(lines.includes(line), line);
  t.notOk(lines.some(line => line.includes('registry.token')));
  state.keepWalks([]);
  t.notOk(describeState(metrics, state, spool).includes('r.test'), 'what is no longer walked is gone');
});
