import t from 'tap';
import { ClusterView } from '../../src/scope/cluster-view.ts';
import { readEvidence } from '../../src/scope/node-evidence.ts';
import { imageOn, nodeInput, wayTo } from './sample.ts';
import { nodesOf, staleAfterMs, viewOf } from './views.ts';

t.test('only the groups that a change touches are judged again', t => {
  const view = viewOf(nodesOf(3, () => ({ checks: [...wayTo('a.example'), ...wayTo('b.example')] })));
  view.dirty.clear();
  view.set(readEvidence(nodeInput('node-0', { checks: [...wayTo('a.example'), ...wayTo('b.example')] })), 2_000_000);
  t.same([...view.dirty], [], 'the same again changes nothing');
  view.set(
    readEvidence(nodeInput('node-0', { checks: [...wayTo('a.example', 'tcp-timeout'), ...wayTo('b.example')] })),
    2_000_000,
  );
  t.same([...view.dirty], ['host a.example']);
  t.end();
});

t.test('what a node no longer says is gone, and so is a group without members', t => {
  const view = viewOf(nodesOf(1, () => ({ checks: wayTo('a.example') })));
  view.set(readEvidence(nodeInput('node-0', { checks: wayTo('b.example') })), 2_000_000);
  t.same([...view.groups.keys()], ['host b.example']);
  t.same([...(view.groups.get('host b.example')?.registries ?? [])], [['b.example', 1]]);
  view.remove('uid-node-0');
  t.equal(view.groups.size, 0);
  t.equal(view.nodes.size, 0);
  view.remove('uid-never-there');
  t.end();
});

t.test('a failure keeps its first time as long as it is the same', t => {
  const view = new ClusterView(staleAfterMs);
  const say = (code: 'tcp-timeout' | 'dns-timeout' | null, at: number): number | undefined => {
    view.set(readEvidence(nodeInput('a', { checks: wayTo('r', code) })), at);
    return [...(view.groups.get('host r')?.members.values() ?? [])][0]?.since;
  };
  t.equal(say('tcp-timeout', 1000), 1000);
  t.equal(say('tcp-timeout', 2000), 1000);
  t.equal(say('dns-timeout', 3000), 3000);
  t.end();
});

t.test('a node is stale when it was not heard, and not any more when it was', t => {
  const view = viewOf(
    nodesOf(1, () => ({ checks: wayTo('r') })),
    1000,
  );
  const [node] = [...view.nodes.values()];
  view.dirty.clear();
  view.sweep(1000 + staleAfterMs);
  t.equal(node?.stale, false);
  view.sweep(1001 + staleAfterMs);
  t.equal(node?.stale, true);
  t.same([...view.dirty], ['host r']);
  view.heard('uid-node-0', 2000 + staleAfterMs);
  view.sweep(2000 + staleAfterMs);
  t.equal(node?.stale, false);
  t.end();
});

t.test('of what a node pulled only images that fail somewhere are judged again', t => {
  const image = 'r.example/a:1';
  const view = viewOf(nodesOf(3, at => (at === 0 ? { findings: [imageOn('node-0', image, 'auth-denied')] } : {})));
  const says = (pulled: { image: string; at: number }[]): string[] => {
    view.dirty.clear();
    view.set(readEvidence(nodeInput('node-1', { pulled })), 2_000_000);
    return [...view.dirty];
  };
  t.same(says([{ image: 'r.example/b:1', at: 5000 }]), []);
  t.same(says([{ image, at: 5000 }]), [`image ${image}`]);
  t.same(says([{ image, at: 5000 }]), [], 'the same again changes nothing');
  t.same(says([{ image, at: 9000 }]), [`image ${image}`]);
  t.same(says([]), [`image ${image}`]);
  t.equal(view.pulls.idOf(image), null, 'and no node has it any more');
  t.end();
});
