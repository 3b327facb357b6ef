import { join } from 'node:path';
import t from 'tap';
import { Metrics } from '../../src/agent/metrics.ts';
import { NodeState } from '../../src/agent/node-state.ts';
import { Spool } from '../../src/agent/spool.ts';
import { countFailure, describeState } from '../../src/agent/state-metrics.ts';
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
    'pullpath_check_outcome{check="runtime.cri"} 0',
    'pullpath_check_duration_seconds{check="runtime.cri"} 1.5',
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
