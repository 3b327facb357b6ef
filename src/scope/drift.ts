import type { Drift, DriftOdd } from '../model/drift.ts';
import { limits } from '../model/limits.ts';
import type { ClusterView, ViewNode } from './cluster-view.ts';
import { nodeSetOf } from './incident-of.ts';
import { isPlace } from './traits.ts';

/** Of two nodes that differ nobody can say which is odd. */
const smallestGroup = 3;

type Held = { node: ViewNode; value: string | null };

/** A node's values by name. */
const valuesOf = (view: ClusterView, node: ViewNode): Map<string, string> =>
  new Map(Array.from(node.traits, id => [view.table.names[id] ?? '', view.table.values[id] ?? '']));

/** What a node is compared with: its pool, else its zone, else all. */
const groupOf = (values: ReadonlyMap<string, string>): string => {
  const name = ['pool', 'zone'].find(place => values.has(place));
  return name === undefined ? 'all' : `${name}=${values.get(name)}`;
};

type Compared = { values: Map<ViewNode, Map<string, string>>; names: Set<string> };

const groupsOf = (view: ClusterView): Map<string, Compared> => {
  const groups = new Map<string, Compared>();
  for (const node of view.nodes.values()) {
    if (node.stale || node.traits.length === 0) continue;
    const values = valuesOf(view, node);
    const key = groupOf(values);
    const group = groups.get(key) ?? { values: new Map(), names: new Set() };
    group.values.set(node, values);
    for (const name of values.keys()) if (!isPlace(name)) group.names.add(name);
    groups.set(key, group);
  }
  return groups;
};

const oddOf = (trait: string, value: string | null, nodes: readonly ViewNode[]): DriftOdd => {
  const times = nodes.flatMap(node => node.traitSince.get(trait) ?? []);
  return { value, nodes: nodeSetOf(nodes), since: times.length === 0 ? null : Math.min(...times) };
};

const compare = (trait: string, group: string, held: readonly Held[]): Drift[] => {
  const byValue = new Map<string | null, ViewNode[]>();
  for (const { node, value } of held) {
    const same = byValue.get(value);
    if (same) same.push(node);
    else byValue.set(value, [node]);
  }
  if (byValue.size < 2) return [];
  const sorted = [...byValue].sort(
    ([one, nodes], [other, others]) => others.length - nodes.length || ((one ?? '') < (other ?? '') ? -1 : 1),
  );
  const [[value, most] = [null, []]] = sorted;
  const isMajority = held.length >= smallestGroup && most.length * 2 > held.length;
  const odd = isMajority ? sorted.slice(1) : sorted;
  return [
    {
      ...{ trait, group, compared: held.length },
      majority: isMajority ? { value, count: most.length } : null,
      odd: odd.slice(0, limits.driftValues).map(([other, nodes]) => oddOf(trait, other, nodes)),
    },
  ];
};

/**
 * Every setting and version in which the live nodes of a group differ, most lopsided first: one node of many stands out
 * more than two halves. Having nothing of a name counts as a value, but for pull paths: a registry that a node does not use.
 */
export const driftOf = (view: ClusterView): Drift[] => {
  const drifts = [...groupsOf(view)].flatMap(([group, { values, names }]) =>
    [...names].flatMap(name => {
      const all = Array.from(values, ([node, own]): Held => ({ node, value: own.get(name) ?? null }));
      return compare(name, group, name.startsWith('path:') ? all.filter(({ value }) => value !== null) : all);
    }),
  );
  const share = ({ majority, compared }: Drift): number => (majority === null ? 0 : majority.count / compared);
  return drifts.sort(
    (one, other) =>
      share(other) - share(one) ||
      (one.trait < other.trait ? -1 : Number(one.trait > other.trait)) ||
      (one.group < other.group ? -1 : 1),
  );
};

/** Those of them that one node is odd in, with its own value alone. */
export const driftOfNode = (view: ClusterView, drifts: readonly Drift[], node: ViewNode): Drift[] => {
  const values = valuesOf(view, node);
  const group = groupOf(values);
  return drifts.flatMap(drift => {
    const value = values.get(drift.trait) ?? null;
    const isPath = drift.trait.startsWith('path:') && value === null;
    if (drift.group !== group || isPath || drift.majority?.value === value) return [];
    const mine = oddOf(drift.trait, value, [node]);
    return [{ ...drift, odd: [drift.odd.find(odd => odd.value === value) ?? mine] }];
  });
};
