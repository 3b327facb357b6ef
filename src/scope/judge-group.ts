import { limits } from '../model/limits.ts';
import type { ClusterView, Group, ViewNode } from './cluster-view.ts';
import { eachPull } from './pulled-table.ts';
import { classOf, stageRank } from './fault-class.ts';
import { rule, type Failing, type Unit, type Verdict } from './verdict.ts';

/** True where a node's outcome here changed too often of late to be evidence. */
const flaps = (node: ViewNode, key: string, now: number): boolean => {
  const times = node.changes.get(key);
  const first = times?.at(-limits.flapChanges);
  return first !== undefined && now - first < limits.flapWindowMs;
};

/** Where more than half of the nodes flap, it is the other side that does, and a failure is one. */
const manyFlap = (flapping: number, live: number): boolean => flapping > 2 && flapping * 2 > live;

/** The moment, and the live nodes that pulled the group's image lately. */
type At = { now: number; pullers: readonly ViewNode[] };

/** `pulled` are nodes that pass by a pull alone. */
type Sorted = { failing: Failing[]; passing: ViewNode[]; pulled: ViewNode[]; flapping: number; unsteady: boolean };

/** The live nodes of a group by what they say; stale ones say nothing. */
const sortMembers = (view: ClusterView, group: Group, { now, pullers }: At): Sorted => {
  const failing: Failing[] = [];
  const passing: ViewNode[] = [];
  const unsteady: Failing[] = [];
  let flapping = 0;
  for (const [node, member] of group.members) {
    if (node.stale) continue;
    const { failure, since } = member;
    const unsure = flaps(node, group.key, now);
    if (unsure) flapping += 1;
    if (failure !== null) (unsure ? unsteady : failing).push({ node, member: { failure, since } });
    else if (!unsure) passing.push(node);
  }
  const pulled = pullers.filter(node => !group.members.has(node) && !flaps(node, group.key, now));
  const live = failing.length + passing.length + pulled.length + flapping;
  if (manyFlap(flapping, live))
    return { failing: [...failing, ...unsteady], passing, pulled, flapping: 0, unsteady: true };
  if (group.subject === 'node')
    for (const node of view.nodes.values())
      if (!node.stale && !group.members.has(node) && !flaps(node, group.key, now)) passing.push(node);
  return { failing, passing, pulled, flapping, unsteady: flapping > 0 };
};

/** What a server that is in trouble answers one node and another: one fault where nobody passes. */
const serverSide: ReadonlySet<string> = new Set([
  ...['tcp', 'registry-error', 'not-a-registry', 'tls-handshake', 'rate-limited', 'proxy-failure'],
]);
const isServerSide = (verdict: Verdict): boolean => serverSide.has(verdict.faultClass);

/** Puts what one registry's outage shows as in several ways into the one verdict on it. */
const foldOutage = (verdicts: Verdict[], passing: number): Verdict[] => {
  const [outage] = verdicts.filter(verdict => verdict.kind === 'registry' && isServerSide(verdict));
  if (outage === undefined) return verdicts;
  const folds = (verdict: Verdict): boolean =>
    verdict !== outage && isServerSide(verdict) && verdict.shared.length === 0 && passing === 0;
  const folded = verdicts.filter(folds);
  if (folded.length === 0) return verdicts;
  const failing = [outage, ...folded].flatMap(verdict => verdict.failing);
  const also = [...new Set([...outage.also, ...folded.flatMap(verdict => [verdict.cause, ...verdict.also])])];
  const whole: Verdict = {
    ...outage,
    failing,
    also: also.filter(cause => cause !== outage.cause),
    counts: { ...outage.counts, failed: failing.length },
    why: `all ${failing.length} nodes that tried fail, in ${folded.length + 1} ways`,
  };
  return [whole, ...verdicts.filter(verdict => verdict !== outage && !folds(verdict))];
};

/** What a group says: its units, one for each class of faults in it, and the verdicts on them. */
export type Judged = {
  group: Group;
  units: Unit[];
  verdicts: Verdict[];
  /** Live nodes that have no fault at all here. */
  passed: number;
  /** Time alone may change the verdicts. */
  unsteady: boolean;
};

/** What is wrong with the pod: that others pulled its image says nothing of it. */
const ofPods: ReadonlySet<string> = new Set(['never-pull', 'secret-problem']);

/** The units of a group. Who failed at a later step of the path has passed the earlier ones. */
const unitsOf = (group: Group, { failing, passing, pulled, flapping }: Sorted): Unit[] => {
  const classes = new Map<string, Failing[]>();
  for (const one of failing) {
    const faultClass = classOf(one.member.failure.cause);
    const same = classes.get(faultClass);
    if (same) same.push(one);
    else classes.set(faultClass, [one]);
  }
  return Array.from(classes, ([faultClass, mine]): Unit => {
    const rank = Math.min(...new Set(mine.map(one => stageRank(one.member.failure.stage))));
    const isFurther = ({ member: { failure } }: Failing): boolean =>
      classOf(failure.cause) !== faultClass && failure.stage !== null && stageRank(failure.stage) > rank;
    const further = classes.size === 1 ? [] : failing.filter(isFurther).map(({ node }) => node);
    const pass = [...passing, ...(ofPods.has(faultClass) ? [] : pulled), ...further];
    return { group, faultClass, failing: mine, passing: pass, flapping, wide: true };
  });
};

/** Judges one group by itself. */
export const judgeGroup = (view: ClusterView, group: Group, at: At): Judged => {
  const sorted = sortMembers(view, group, at);
  const units = unitsOf(group, sorted);
  const passed = sorted.passing.length + sorted.pulled.length;
  const verdicts = foldOutage(
    units.flatMap(unit => rule(unit, view.table)),
    passed,
  );
  return { group, units, verdicts, passed, unsteady: sorted.unsteady };
};

/** The second from which on a pull of a group's image speaks against what fails there; null where nothing does. */
const pullsCountFrom = ({ subject, members }: Group): number | null => {
  if (subject !== 'image') return null;
  let first = Infinity;
  for (const [node, { failure, since }] of members) if (failure !== null && !node.stale) first = Math.min(first, since);
  return first === Infinity ? null : Math.floor((first - limits.pulledBeforeMs) / 1000);
};

/** Live nodes that pulled an image since shortly before it began to fail elsewhere, by its group: one look at each node for all. */
export const pullersOf = (view: ClusterView, groups: readonly Group[]): Map<Group, ViewNode[]> => {
  const pullers = new Map<Group, ViewNode[]>();
  const from = new Float64Array(view.pulls.size).fill(Infinity);
  const byId = new Map<number, ViewNode[]>();
  let earliest = Infinity;
  for (const group of groups) {
    const [id, second] = [view.pulls.idOf(group.name), pullsCountFrom(group)];
    if (id === null || second === null) continue;
    const nodes: ViewNode[] = [];
    from[id] = second;
    earliest = Math.min(earliest, second);
    byId.set(id, nodes);
    pullers.set(group, nodes);
  }
  if (byId.size === 0) return pullers;
  for (const node of view.nodes.values())
    if (!node.stale)
      eachPull(node.pulled, earliest, (id, second) => {
        if (second >= (from[id] ?? Infinity)) byId.get(id)?.push(node);
      });
  return pullers;
};
