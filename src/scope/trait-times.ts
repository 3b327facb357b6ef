import { limits } from '../model/limits.ts';
import type { Traits } from './traits.ts';

/** A setting that is no longer told: what it was, since when, and when it went. */
type GoneTrait = { name: string; value: string; since: number | null; at: number };

/** What is remembered of a node's settings from report to report, so that a change has its time. Times are the aggregator's. */
export type TraitTimes = {
  /** Of its first full report. */
  from: number;
  /** When a setting became what it is; one that is not here was so from the start. */
  since: ReadonlyMap<string, number>;
  /** The one that went first stands first. */
  gone: readonly GoneTrait[];
};

const none: ReadonlyMap<string, number> = new Map();

/** Of a node whose first report came at a moment. */
export const firstTraitTimes = (from: number): TraitTimes => ({ from, since: none, gone: [] });

const isSame = (one: Traits, other: Traits): boolean => {
  if (one.size !== other.size) return false;
  for (const [name, value] of one) if (other.get(name) !== value) return false;
  return true;
};

/** A setting that was not told before: as old as it was where it was away for a moment, or where the node is just being read. */
const sinceOfNew = (was: GoneTrait | undefined, value: string, times: { from: number; now: number }): number | null => {
  const { from, now } = times;
  if (was !== undefined) return was.value === value && now - was.at <= limits.traitGapMs ? was.since : now;
  return now - from > limits.traitSettleMs ? now : null;
};

/** The times after a further report of the node. */
export const nextTraitTimes = (
  held: { traits: Traits; times: TraitTimes },
  traits: Traits,
  now: number,
): TraitTimes => {
  const { from, since: before, gone } = held.times;
  if (isSame(held.traits, traits)) return held.times;
  const since = new Map<string, number>();
  for (const [name, value] of traits) {
    const known = held.traits.get(name);
    const was = known === undefined ? gone.find(one => one.name === name) : undefined;
    const at =
      known === undefined ? sinceOfNew(was, value, { from, now }) : known === value ? (before.get(name) ?? null) : now;
    if (at !== null) since.set(name, at);
  }
  const left = gone.filter(({ name }) => !traits.has(name) && !held.traits.has(name));
  for (const [name, value] of held.traits)
    if (!traits.has(name)) left.push({ name, value, since: before.get(name) ?? null, at: now });
  return { from, since: since.size === 0 ? none : since, gone: left.slice(-limits.traitsGone) };
};

/** When each setting became what it is, or was no longer there, by name. */
export const sinceByName = ({ since, gone }: TraitTimes): ReadonlyMap<string, number> =>
  gone.length === 0 ? since : new Map([...gone.map(({ name, at }) => [name, at] as const), ...since]);
