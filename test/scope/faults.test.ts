import t from 'tap';
import { wayTo } from './sample.ts';
import { faultsIn, nodesOf, told } from './views.ts';

t.test('the key names what the fault is about, so that the same fault has the same one', t => {
  const keys = (inputs: Parameters<typeof faultsIn>[0]): string[] => faultsIn(inputs).map(({ key }) => key);
  t.same(keys(nodesOf(3, at => ({ checks: wayTo('r', at === 1 ? 'tcp-timeout' : null) }))), [
    'node uid-node-1 network',
  ]);
  t.same(keys(nodesOf(3, () => ({ checks: wayTo('r', 'tcp-timeout') }))), ['registry r']);
  t.same(keys(nodesOf(3, () => ({ checks: ['a', 'b', 'c'].flatMap(name => wayTo(name, 'tcp-timeout')) }))), [
    'nodes everywhere',
  ]);
  t.same(
    keys(
      nodesOf(4, at => ({
        fingerprint: { 'ca:r': at < 2 ? 'old' : 'new' },
        checks: wayTo('r', at < 2 ? 'tls-unknown-authority' : null),
      })),
    ),
    ['nodes tls-unknown-authority ca:r=old'],
  );
  t.end();
});

t.test('a registry that only a broken zone uses is a part of that fault', t => {
  const nodes = nodesOf(20, at => {
    const broken = at % 2 === 0;
    const shared = wayTo('shared.example', broken ? 'tcp-timeout' : null);
    return {
      labels: { 'topology.kubernetes.io/zone': broken ? 'a' : 'b' },
      checks: broken ? [...shared, ...wayTo('own.example', 'tcp-timeout')] : shared,
    };
  });
  const [fault, ...more] = faultsIn(nodes);
  t.same(more, []);
  t.equal(fault?.kind, 'nodes');
  t.same(fault?.hosts, ['own.example', 'shared.example']);
  t.end();
});

t.test('two registries that are down while a third is reached are two faults', t => {
  const nodes = nodesOf(4, () => ({
    checks: [...wayTo('a', 'tcp-timeout'), ...wayTo('b', 'tcp-timeout'), ...wayTo('c')],
  }));
  t.same(told(faultsIn(nodes)).length, 2);
  t.same(
    faultsIn(nodes).map(({ key }) => key),
    ['registry a', 'registry b'],
  );
  t.end();
});

t.test('what one node alone tried and cannot reach is one fault only where it reaches nothing', t => {
  const broken = [...wayTo('a', 'tcp-timeout'), ...wayTo('b', 'dns-nxdomain'), ...wayTo('c', 'tcp-refused')];
  const keys = (checks: ReturnType<typeof wayTo>): string[] =>
    faultsIn(nodesOf(1, () => ({ checks }))).map(one => one.key);
  t.equal(keys(broken).length, 1, 'its way out');
  t.equal(keys([...broken, ...wayTo('sound')]).length, 3, 'each registry by itself');
  t.end();
});
