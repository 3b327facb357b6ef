import t from 'tap';
import type { Cause } from '../../src/model/cause.ts';
import { causeFacts } from '../../src/model/cause.ts';
import type { ViewNode } from '../../src/scope/cluster-view.ts';
import { classOf } from '../../src/scope/fault-class.ts';
import { rule, type Failing, type Verdict } from '../../src/scope/verdict.ts';
import { viewOf, nodesOf } from './views.ts';

/** Rules over nodes of two pools, of which the first so many fail. */
const ruled = (
  failing: number,
  passing: number,
  cause: Cause,
  subject: 'host' | 'image' | 'node' = 'host',
): Verdict[] => {
  const view = viewOf(nodesOf(failing + passing, at => ({ labels: { agentpool: at % 2 === 0 ? 'a' : 'b' } })));
  const nodes: ViewNode[] = [...view.nodes.values()];
  const failure = {
    cause,
    stage: causeFacts(cause).stage,
    severity: 'error',
    since: 1,
    findings: [],
    pods: 0,
    waiting: [],
    code: null,
    registries: [],
  } as const;
  const broken = nodes.slice(0, failing).map((node): Failing => ({
    node,
    member: { since: 1, failure: { ...failure, findings: [], waiting: [], registries: [] } },
  }));
  const group = { key: `${subject} x`, subject, name: 'x', registries: new Map() };
  const unit = {
    group,
    faultClass: classOf(cause),
    failing: broken,
    passing: nodes.slice(failing),
    flapping: 0,
    wide: true,
  };
  return rule(unit, view.table);
};

t.test('how far a fault reaches by how many fail and pass', t => {
  const cases: [failing: number, passing: number, cause: Cause, subject: 'host' | 'image' | 'node', kinds: string[]][] =
    [
      [1, 1, 'network-timeout', 'host', ['node']],
      [1, 0, 'network-timeout', 'host', ['unknown']],
      [1, 0, 'hosts-config-invalid', 'host', ['node']],
      [1, 0, 'tls-unknown-authority', 'host', ['unknown']],
      [2, 0, 'network-timeout', 'host', ['registry']],
      [2, 1, 'network-timeout', 'host', ['nodes']],
      [9, 1, 'network-timeout', 'host', ['registry']],
      [8, 1, 'network-timeout', 'host', ['nodes']],
      [2, 9, 'plain-http', 'host', ['node', 'node']],
      [4, 9, 'plain-http', 'host', ['nodes']],
      [1, 0, 'disk-full', 'node', ['node']],
      [5, 0, 'disk-full', 'node', ['nodes']],
      [19, 1, 'disk-full', 'node', ['nodes']],
      [1, 0, 'tag-not-found', 'image', ['workload']],
      [1, 0, 'auth-denied', 'image', ['unknown']],
      [3, 0, 'auth-denied', 'image', ['workload']],
      [1, 2, 'auth-denied', 'image', ['node']],
      [19, 1, 'auth-denied', 'image', ['workload']],
    ];
  for (const [failing, passing, cause, subject, kinds] of cases)
    t.same(
      ruled(failing, passing, cause, subject).map(({ kind }) => kind),
      kinds,
      `${failing} of ${failing + passing}: ${cause}`,
    );
  t.end();
});

t.test('the verdict names what decided', t => {
  const [verdict] = ruled(2, 1, 'network-timeout');
  t.match(verdict?.why, /2 of 3 nodes that tried fail; nothing they share/);
  t.same(verdict?.counts, { failed: 2, passed: 1, flapping: 0 });
  t.end();
});
