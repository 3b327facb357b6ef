import t from 'tap';
import { limits } from '../../src/model/limits.ts';
import { ClusterJudge } from '../../src/scope/cluster-judge.ts';
import { censusOf, factsOf, nodeSetOf, scopeOf } from '../../src/scope/incident-of.ts';
import { fc } from '../house/property.ts';
import { imageOn, wayTo } from './sample.ts';
import { nodesOf, viewOf } from './views.ts';

t.test('every node of the cluster is counted once', t => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom('pass', 'fail', 'none', 'stale'), { minLength: 2, maxLength: 40 }), says => {
      const view = viewOf(
        nodesOf(says.length, at => ({
          checks: says[at] === 'none' ? [] : wayTo('r', says[at] === 'fail' ? 'tcp-timeout' : null),
        })),
      );
      says.forEach((word, at) => {
        if (word !== 'stale') view.heard(`uid-node-${at}`, 2_000_000);
      });
      const faults = new ClusterJudge(view).faults(2_001_000);
      t.equal(faults.length, says.includes('fail') ? 1 : 0);
      for (const fault of faults) {
        const { evidence } = scopeOf(fault, fault.failing.keys(), censusOf(view));
        const count = (word: string): number => says.filter(one => one === word).length;
        t.same(evidence, {
          ...{ tried: count('fail') + count('pass'), failed: count('fail'), passed: count('pass') },
          ...{ notTested: count('none'), stale: count('stale'), flapping: 0 },
        });
      }
    }),
    { numRuns: 50 },
  );
  t.end();
});

t.test('lists are bounded, and the counts say the rest', t => {
  const image = 'r.example/app:1';
  const view = viewOf(nodesOf(300, at => ({ findings: [imageOn(`node-${at}`, image, 'tag-not-found')] })));
  const [fault] = new ClusterJudge(view).faults(1_001_000);
  if (fault === undefined) throw new Error('no fault');
  const facts = factsOf(fault, censusOf(view));
  t.equal(facts.scope.nodes.count, 300);
  t.equal(facts.scope.nodes.names.length, limits.incidentNodes);
  t.equal(facts.pods.count, 300);
  t.equal(facts.pods.some.length, limits.incidentPods);
  t.equal(facts.findings.length, limits.incidentFindings);
  t.equal(facts.image, image);
  t.equal(facts.since, 1000, 'the finding’s first time');
  t.same(nodeSetOf([{ name: 'b' }, { name: 'a' }]), { count: 2, names: ['a', 'b'] });
  t.end();
});
