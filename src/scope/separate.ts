import type { SharedTrait } from '../model/scope.ts';
import type { TraitTable } from './trait-table.ts';
import { isPlace, isRelevant, registryOf } from './traits.ts';

/** Nodes as far as their traits go. */
type Compared = { readonly traits: Int32Array };

/** A trait with how many nodes of either side have it; `id` null is the lack of every value of that name. */
export type Separating = SharedTrait & { id: number | null; relevant: boolean };

/**
 * Of the nodes with the trait at least so many must fail, and of the failing ones at least so many have it: one node in
 * ten may be told wrong (a label missing, a check from before the fault), more makes it another group.
 */
const precisionFloor = 0.9;
const recallFloor = 0.9;
/** How probable chance may be, over all names that were looked at: one wrong hint in a hundred verdicts. */
const chanceFloor = 0.01;
/** Traits told beside the best one, which separate just as well. */
const maxShared = 5;

/** Natural logarithm of the factorial, grown as needed. */
const logFactorials: number[] = [0];
const logFactorial = (n: number): number => {
  for (let at = logFactorials.length; at <= n; at += 1) logFactorials.push((logFactorials[at - 1] ?? 0) + Math.log(at));
  return logFactorials[n] ?? 0;
};
const logChoose = (n: number, k: number): number => logFactorial(n) - logFactorial(k) - logFactorial(n - k);

/**
 * The probability that of `group` nodes drawn at random out of `total`, of which `failing` fail, at least `hits` fail
 * (hypergeometric tail, as Fisher's exact test has it).
 */
export const chance = (hits: number, group: number, failing: number, total: number): number => {
  let sum = 0;
  const most = Math.min(group, failing);
  for (let k = hits; k <= most; k += 1) {
    const rest = group - k;
    if (rest > total - failing) continue;
    sum += Math.exp(logChoose(failing, k) + logChoose(total - failing, rest) - logChoose(total, group));
  }
  return Math.min(1, sum);
};

/** Some nodes, and how many of them have each trait, by its id. */
export type Counted = { nodes: number; traits: Int32Array };

/** Counts nodes' traits: of 15,000 the most work of all judging, so it is done once for a side that stays the same. */
export const countTraits = (nodes: readonly Compared[], table: TraitTable): Counted => {
  const counts = new Int32Array(table.size);
  for (const { traits } of nodes)
    for (let at = 0; at < traits.length; at += 1) {
      const id = traits[at] ?? 0;
      counts[id] = (counts[id] ?? 0) + 1;
    }
  return { nodes: nodes.length, traits: counts };
};

/** The nodes that fail and those that pass. */
type Sides = { failing: Counted; passing: Counted };

/** Every trait of the failing nodes, and every lack of one that passing nodes have. */
const candidates = ({ failing, passing }: Sides, table: TraitTable): Omit<Separating, 'relevant'>[] => {
  const found: Omit<Separating, 'relevant'>[] = [];
  const having = new Map<string, { failing: number; passing: number }>();
  for (let id = 0; id < table.size; id += 1) {
    const name = table.names[id] ?? null;
    const [inFailing = 0, inPassing = 0] = [failing.traits[id], passing.traits[id]];
    if (name === null || inFailing + inPassing === 0) continue;
    const sum = having.get(name) ?? { failing: 0, passing: 0 };
    sum.failing += inFailing;
    sum.passing += inPassing;
    having.set(name, sum);
    if (inFailing > 0) found.push({ id, name, value: table.values[id] ?? '', failing: inFailing, passing: inPassing });
  }
  for (const [name, sum] of having)
    if (sum.failing < failing.nodes)
      found.push({
        ...{ id: null, name, value: null },
        ...{ failing: failing.nodes - sum.failing, passing: passing.nodes - sum.passing },
      });
  return found;
};

const byWorth = (one: Separating, other: Separating): number =>
  Number(other.relevant) - Number(one.relevant) ||
  other.failing - other.passing - (one.failing - one.passing) ||
  Number(isPlace(other.name)) - Number(isPlace(one.name)) ||
  one.name.length - other.name.length ||
  (one.name < other.name ? -1 : 1);

/**
 * The traits that tell failing from passing nodes, best first; for `part`, those that tell some of the failing ones. A
 * setting that the fault depends on needs no proof but to separate them; of all others enough are compared that one
 * would fit by chance when nodes are few, so they must be improbable as chance.
 */
export const separating = (
  sides: Sides,
  table: TraitTable,
  at: { faultClass: string; group: { registries: ReadonlyMap<string, number> } },
  part: boolean,
): Separating[] => {
  const { failing, passing } = sides;
  const { registries } = at.group;
  if (failing.nodes === 0 || passing.nodes === 0) return [];
  // What a node has for other registries cannot be why it fails at these; which hosts it asks follows from its settings.
  const matters = (name: string): boolean => {
    if (name.startsWith('path:')) return false;
    const registry = registryOf(name);
    return registry === null || registries.size === 0 || registries.has(registry);
  };
  const all = candidates(sides, table).filter(one => matters(one.name));
  const names = new Set(all.map(one => one.name)).size;
  const total = failing.nodes + passing.nodes;
  const fits = all.flatMap((one): Separating[] => {
    const group = one.failing + one.passing;
    if (one.failing / group < precisionFloor || (!part && one.failing / failing.nodes < recallFloor)) return [];
    if (part && one.failing < 2) return [];
    const relevant = isRelevant(one.name, at.faultClass);
    if (relevant && one.passing === 0) return [{ ...one, relevant }];
    return chance(one.failing, group, failing.nodes, total) * names <= chanceFloor ? [{ ...one, relevant }] : [];
  });
  return fits.sort(byWorth).slice(0, maxShared);
};
