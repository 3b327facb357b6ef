import t from 'tap';
import { limits } from '../../src/model/limits.ts';
import { judgeGroup, pullersOf } from '../../src/scope/judge-group.ts';
import type { NodeInput } from '../../src/scope/node-evidence.ts';
import { imageOn, wayTo } from './sample.ts';
import { nodesOf, viewOf } from './views.ts';

const judged = (inputs: NodeInput[]): ReturnType<typeof judgeGroup> => {
  const view = viewOf(inputs);
  const group = view.groups.get('host r.example');
  if (group === undefined) throw new Error('no such group');
  return judgeGroup(view, group, { now: 1_001_000, pullers: [] });
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

t.test(
  'nodes that pulled an image lately are found for all images at once, silent ones and earlier pulls left out',
  t => {
    const since = 1_000_000_000;
    const pulls = (image: string, at: number): { pulled: { image: string; at: number }[] } => ({
      pulled: [{ image, at }],
    });
    const parts = [
      { findings: ['a', 'b'].map(tag => imageOn('node-0', `r.example/x:${tag}`, 'other', { openedAt: since })) },
      pulls('r.example/x:a', since - limits.pulledBeforeMs),
      pulls('r.example/x:a', since - limits.pulledBeforeMs - 1000),
      pulls('r.example/x:b', since + 5000),
      pulls('r.example/x:c', since),
      pulls('r.example/x:b', since),
    ];
    const view = viewOf(
      nodesOf(parts.length, at => parts[at] ?? {}),
      since,
    );
    for (const node of view.nodes.keys()) if (node !== 'uid-node-5') view.heard(node, since + 200_000);
    view.sweep(since + 200_000);
    const found = pullersOf(view, [...view.groups.values()]);
    t.same(
      Array.from(found, ([{ name }, nodes]) => [name, nodes.map(node => node.name)]),
      [
        ['r.example/x:a', ['node-1']],
        ['r.example/x:b', ['node-3']],
      ],
    );
    t.end();
  },
);
