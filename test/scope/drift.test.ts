import t from 'tap';
import { driftOf } from '../../src/scope/drift.ts';
import { readEvidence } from '../../src/scope/node-evidence.ts';
import { nodeInput, wayTo } from './sample.ts';
import { nodesOf, viewOf } from './views.ts';

const pool = (name: string): Record<string, string> => ({ agentpool: name });

t.test('the odd one out, against the majority of its group', t => {
  const nodes = nodesOf(10, at => ({
    labels: pool(at < 6 ? 'a' : 'b'),
    fingerprint: { 'resolv.conf': at < 6 ? 'one' : 'two', 'ca:r': at === 3 ? 'old' : 'new' },
  }));
  t.same(driftOf(viewOf(nodes)), [
    {
      ...{ trait: 'ca:r', group: 'pool=a', compared: 6, majority: { value: 'new', count: 5 } },
      odd: [{ value: 'old', nodes: { count: 1, names: ['node-3'] }, since: null }],
    },
  ]);
  t.end();
});

t.test('a lack is a value, but for the pull path of a registry that a node does not use', t => {
  const nodes = nodesOf(5, at => ({
    fingerprint: at === 0 ? { x: 'x' } : { x: 'x', 'ca:r': 'x' },
    checks: at === 1 ? wayTo('s') : [],
  }));
  t.same(
    driftOf(viewOf(nodes)).map(({ trait, group, odd }) => [trait, group, odd[0]?.value]),
    [['ca:r', 'all', null]],
  );
  t.end();
});

t.test('two nodes, and a tie, have no majority, and so it is said', t => {
  for (const count of [2, 4]) {
    const [drift] = driftOf(viewOf(nodesOf(count, at => ({ fingerprint: { x: at % 2 === 0 ? 'a' : 'b' } }))));
    t.equal(drift?.majority, null);
    t.same(
      drift?.odd.map(({ value }) => value),
      ['a', 'b'],
    );
  }
  t.end();
});

t.test('since when: the first of the odd ones, by the times that the store keeps', t => {
  const view = viewOf(nodesOf(6, () => ({ fingerprint: { x: 'a' } })));
  const odd = (name: string, at: number): void =>
    view.set({ ...readEvidence(nodeInput(name, { fingerprint: { x: 'b' } })), since: new Map([['x', at]]) }, 9000);
  odd('node-1', 6000);
  odd('node-2', 5000);
  t.equal(driftOf(view)[0]?.odd[0]?.since, 5000);
  t.end();
});

t.test('silent nodes and places are not compared', t => {
  const view = viewOf(
    nodesOf(4, at => ({ labels: { 'topology.kubernetes.io/zone': 'z' }, fingerprint: { x: at === 0 ? 'b' : 'a' } })),
  );
  for (const at of [1, 2, 3]) view.heard(`uid-node-${at}`, 2_000_000);
  view.sweep(2_000_000);
  t.same(driftOf(view), []);
  t.end();
});
