import t from 'tap';
import { imageItem, matrixRow, registryItems } from '../../src/aggregator/cluster-answers.ts';
import { nodesOf, viewOf } from '../scope/views.ts';
import { findingOn, wayTo } from '../scope/sample.ts';

t.test('a host that a finding alone tells of is in the row too, whatever its registry', t => {
  const view = viewOf(
    nodesOf(1, () => ({ findings: [findingOn('tls-expired', { host: 'h.example', registry: null })] })),
  );
  const [node] = [...view.nodes.values()];
  const row = node && matrixRow(node, { registry: null, outcome: null });
  t.match(row?.cells, [
    { registry: 'h.example', host: 'h.example', outcome: 'fail', cause: 'tls-expired', code: null, when: null },
  ]);
  t.end();
});

t.test('each node counts once at each host', t => {
  const view = viewOf(
    nodesOf(5, at => (at === 4 ? {} : { checks: wayTo('r.example', at === 0 ? 'tcp-timeout' : null) })),
  );
  t.match(registryItems(view, [], null), [
    { host: 'r.example', passed: 3, failed: 1, notTested: 1, stale: 0, faults: [] },
  ]);
  t.same(registryItems(view, [], 'other.example'), []);
  t.end();
});

t.test('a node that failed and is gone by now is over, and one that fails again is not', t => {
  const view = viewOf(nodesOf(2, () => ({})));
  const findings = new Map([
    ['uid-node-0', [{ id: 'f', cause: 'other' as const, registry: null, image: 'r.example/a:1' }]],
  ]);
  const closed = [0, 1, 2].map(at => ({ nodeUid: `uid-node-${at}`, node: `node-${at}` }));
  const item = imageItem({ view, findings }, [], {
    ...{ image: 'r.example/a:1', registry: 'r.example' },
    ended: closed as unknown as Parameters<typeof imageItem>[2]['ended'],
  });
  t.match(item, { failed: { names: ['node-0'] }, ended: { names: ['node-1', 'node-2'] }, pulled: { count: 0 } });
  t.end();
});
