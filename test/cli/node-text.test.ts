import t from 'tap';
import { nodeText } from '../../src/cli/node-text.ts';
import { reachabilityOf } from '../../src/diagnose/reachability.ts';
import type { ReportedCheck } from '../../src/model/check.ts';
import type { NodeDetail } from '../../src/wire/api.ts';
import { sampleFull } from '../aggregator/sample.ts';
import { sampleItem, sampleSummary } from './sample-item.ts';
import { fitsEachPage, plainPage } from './plain-page.ts';

const how = { now: 200_000, wide: false, ...plainPage };
const nodeOf = (given: Partial<NodeDetail>): NodeDetail => ({
  ...sampleSummary({ lastSeen: 190_000, reportedAt: 100_000 }),
  ...{ runtime: { name: 'containerd', version: '1.7.24', apiVersion: 'v1' }, retries: [] },
  ...{ dropped: { reports: 0, lines: 0, pulls: 0 }, checks: sampleFull().checks, pulls: [], findings: [] },
  ...given,
});

t.test('a node that is well says so in few lines', t => {
  t.equal(
    nodeText(nodeOf({}), null, how),
    `node-1  ok  seen 10s ago
uid u, containerd 1.7.24, agent 0.1.0, last full report 1m40s ago

No open findings.
`,
  );
  t.end();
});

t.test('each finding is a block of its own, then the checks that did not pass', t => {
  const [cri] = sampleFull().checks;
  const checks = cri
    ? [cri, { ...cri, id: 'node.journal', outcome: 'fail' as const, code: 'gone', detail: 'no journal' }]
    : [];
  const node = nodeOf({
    status: 'failing',
    errors: 2,
    waiting: 2,
    causes: [{ cause: 'dns-failure', count: 2 }],
    findings: [
      sampleItem(),
      sampleItem({ id: '2', image: 'other.example/b', registry: 'other.example', host: 'other.example' }),
    ],
    checks,
  });
  const text = nodeText(node, null, how);
  t.match(text, /^2 findings, 2 containers waiting: dns-failure ×2$/m);
  t.match(text, /^1\/2 {2}dns-failure[^]*^2\/2 {2}dns-failure/m);
  t.match(text, /^node\.journal +fail +gone: no journal$/m);
  t.notMatch(text, 'runtime.cri');
  t.match(nodeText(nodeOf({ checks }), null, { ...how, wide: true }), 'runtime.cri');
  const isCommand = (line: string): boolean =>
    node.findings.some(({ fix }) => fix.some(({ run }) => run === line.trim()));
  fitsEachPage(t, page => nodeText(node, null, { ...how, ...page }), isCommand);
  t.end();
});

t.test('what is stale, not known or lost is said before anything else', t => {
  t.match(nodeText(nodeOf({ status: 'stale' }), null, how), /Nothing was heard from this node[^]*what is\./);
  t.match(
    nodeText(nodeOf({ status: 'unknown', reportedAt: null, runtime: null }), null, how),
    /runtime not known.*no full report yet/,
  );
  t.match(
    nodeText(nodeOf({ dropped: { reports: 2, lines: 0, pulls: 1 } }), null, how),
    'lost on the way since this boot: 2 reports, 1 pulls',
  );
  t.end();
});

t.test('the paths to registries stand below the findings, and their steps not once more below them', t => {
  const check: ReportedCheck = {
    ...{ id: 'tcp.connect', stage: 'tcp', outcome: 'fail', code: 'tcp-timeout', ms: 5000, detail: 'no answer' },
    ...{ registry: 'r.test', host: 'r.test', at: 195_000 },
  };
  const node = nodeOf({ checks: [...sampleFull().checks, check] });
  const { name, uid, status, lastSeen, reportedAt } = node;
  const reach = { node: name, uid, status, lastSeen, reportedAt, hosts: reachabilityOf(node.checks) };
  const text = nodeText(node, reach, how);
  t.match(text, /^r\.test .*FAIL.* 5s +tcp-timeout$/m);
  t.notMatch(text, 'tcp.connect');
  t.match(nodeText(node, reach, { ...how, wide: true }), /^tcp\.connect r\.test +fail/m);
  t.end();
});
