import { limits } from '../model/limits.ts';
import type { ClusterView, ViewNode } from './cluster-view.ts';
import { classOf, familyOf } from './fault-class.ts';
import type { Judged } from './judge-group.ts';
import type { Failing, Unit } from './verdict.ts';

/** So many of the nodes that fail at one host and tried another must fail there in the same way for the two to be one fault. */
const linkShare = 0.9;

/** Units that fail together, and what became of them as one. */
export type Linked = { units: Unit[]; whole: Unit };

type Tally = { tried: number; failed: number };

const failsIn = (unit: Unit, node: ViewNode, view: ClusterView): boolean | null => {
  const member = view.groups.get(unit.group.key)?.members.get(node);
  if (member === undefined) return null;
  return member.failure !== null && familyOf(classOf(member.failure.cause)) === familyOf(unit.faultClass);
};

/** Of the nodes that fail in the one unit and tried the other, how many fail there too. */
const tally = (from: Unit, to: Unit, view: ClusterView): Tally => {
  const sum: Tally = { tried: 0, failed: 0 };
  for (const { node } of from.failing) {
    const fails = failsIn(to, node, view);
    if (fails === null) continue;
    sum.tried += 1;
    if (fails) sum.failed += 1;
  }
  return sum;
};

const onset = ({ failing }: Unit): number =>
  failing.reduce((least, { member }) => Math.min(least, member.since), Infinity);

/**
 * True where whoever fails at the one fails at the other, both ways, as far as it tried. Nodes that share no host are one
 * where they began to fail in the same way at the same time, and none of them passes where another fails.
 */
const areLinked = (one: Unit, other: Unit, view: ClusterView): boolean => {
  const tallies = [tally(one, other, view), tally(other, one, view)];
  if (tallies.some(({ tried, failed }) => failed < tried * linkShare)) return false;
  if (tallies.every(({ tried }) => tried > 0)) return true;
  return one.faultClass === other.faultClass && Math.abs(onset(one) - onset(other)) <= limits.incidentQuietMs;
};

const mergedUnit = (units: readonly Unit[]): Unit => {
  const [first] = [...units].sort(
    (one, other) => other.failing.length - one.failing.length || (one.group.key < other.group.key ? -1 : 1),
  ) as [Unit, ...Unit[]];
  const failing = new Map<ViewNode, Failing>();
  for (const unit of units) for (const one of unit.failing) if (!failing.has(one.node)) failing.set(one.node, one);
  const passing = new Set(units.flatMap(unit => unit.passing).filter(node => !failing.has(node)));
  const registries = new Map(units.flatMap(unit => [...unit.group.registries]));
  return {
    ...first,
    group: { ...first.group, registries },
    failing: [...failing.values()],
    passing: [...passing],
    flapping: Math.max(...units.map(unit => unit.flapping)),
    wide: false,
  };
};

/** Puts the units of hosts at which the same nodes fail in the same way together; those of one host stay apart. */
export const linkUnits = (judged: readonly Judged[], view: ClusterView): Linked[] => {
  const left = judged
    .filter(({ group }) => group.subject === 'host')
    .flatMap(({ units }) => units)
    .sort((one, other) => (one.group.key < other.group.key ? -1 : 1));
  const linked: Linked[] = [];
  for (let first = left.shift(); first !== undefined; first = left.shift()) {
    const units = [first];
    // What is linked to one of them is to all: their nodes are the same as far as each tried.
    for (const unit of units)
      for (let at = left.length - 1; at >= 0; at -= 1) {
        const other = left[at];
        if (other === undefined || familyOf(other.faultClass) !== familyOf(unit.faultClass)) continue;
        if (units.some(mine => mine.group.key === other.group.key) || !areLinked(unit, other, view)) continue;
        units.push(other);
        left.splice(at, 1);
      }
    linked.push({ units, whole: units.length === 1 ? first : mergedUnit(units) });
  }
  return linked;
};
