import t from 'tap';
import { judgeGroup } from '../../src/scope/judge-group.ts';
import { linkUnits } from '../../src/scope/link-units.ts';
import type { NodeInput } from '../../src/scope/node-evidence.ts';
import { wayTo } from './sample.ts';
import { nodesOf, viewOf } from './views.ts';

/** The hosts of each link, and how many fail and pass over all of them. */
const linked = (inputs: NodeInput[]): string[] => {
  const view = viewOf(inputs);
  const judged = Array.from(view.groups.values(), group => judgeGroup(view, group, { now: 1_001_000, pullers: [] }));
  return linkUnits(judged, view).map(
    ({ units, whole }) =>
      `${units
        .map(({ group }) => group.name)
        .sort()
        .join('+')} ${whole.failing.length}/${whole.passing.length}`,
  );
};

t.test('hosts are linked where the same nodes fail in the same way', t => {
  const way = (
    name: string,
    fails: boolean,
    code: 'tcp-timeout' | 'tls-expired' = 'tcp-timeout',
  ): ReturnType<typeof wayTo> => wayTo(name, fails ? code : null);
  const cases: { name: string; nodes: NodeInput[]; links: string[] }[] = [
    {
      name: 'the same nodes at both',
      nodes: nodesOf(6, at => ({ checks: [...way('a', at < 2), ...way('b', at < 2)] })),
      links: ['a+b 2/4'],
    },
    {
      name: 'others at each',
      nodes: nodesOf(6, at => ({ checks: [...way('a', at < 2), ...way('b', at > 3)] })),
      links: ['a 2/4', 'b 2/4'],
    },
    {
      name: 'all at one, some at the other',
      nodes: nodesOf(6, at => ({ checks: [...way('a', true), ...way('b', at < 2)] })),
      links: ['a 6/0', 'b 2/4'],
    },
    {
      name: 'the same nodes in another way',
      nodes: nodesOf(6, at => ({ checks: [...way('a', at < 2), ...way('b', at < 2, 'tls-expired')] })),
      links: ['a 2/4', 'b 2/4'],
    },
    {
      name: 'nodes that share no host and began together',
      nodes: nodesOf(6, at => ({ checks: at % 2 === 0 ? way('a', at < 1) : way('b', at < 2) })),
      links: ['a+b 2/4'],
    },
  ];
  for (const { name, nodes, links } of cases) t.same(linked(nodes).sort(), links, name);
  t.end();
});
