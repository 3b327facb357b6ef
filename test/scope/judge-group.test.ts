import t from 'tap';
import { judgeGroup } from '../../src/scope/judge-group.ts';
import type { NodeInput } from '../../src/scope/node-evidence.ts';
import { wayTo } from './sample.ts';
import { nodesOf, viewOf } from './views.ts';

const judged = (inputs: NodeInput[]): ReturnType<typeof judgeGroup> => {
  const view = viewOf(inputs);
  const group = view.groups.get('host r.example');
  if (group === undefined) throw new Error('no such group');
  return judgeGroup(view, group, 1_001_000);
};

t.test('who failed at a later step has passed the earlier one', t => {
  const { verdicts, passed } = judged(
    nodesOf(6, at => ({ checks: wayTo('r.example', at === 0 ? 'dns-timeout' : 'tls-expired') })),
  );
  t.equal(passed, 0);
  t.same(verdicts.map(({ kind, cause, counts }) => `${kind} ${cause} ${counts.failed}/${counts.passed}`).sort(), [
    'node dns-failure 1/5',
    'registry tls-expired 5/0',
  ]);
  t.end();
});

t.test('one outage that shows in two ways is one verdict, unless some pass', t => {
  const mixed = (at: number): 'tcp-timeout' | 'registry-error' => (at % 2 === 0 ? 'tcp-timeout' : 'registry-error');
  const down = judged(nodesOf(8, at => ({ checks: wayTo('r.example', mixed(at)) })));
  t.same(
    down.verdicts.map(({ kind, counts }) => `${kind} ${counts.failed}`),
    ['registry 8'],
  );
  t.same(down.verdicts[0]?.also, ['network-timeout']);
  const partly = judged(nodesOf(8, at => ({ checks: wayTo('r.example', at < 2 ? null : mixed(at)) })));
  t.equal(partly.verdicts.length, 2);
  t.equal(partly.passed, 2);
  t.end();
});
