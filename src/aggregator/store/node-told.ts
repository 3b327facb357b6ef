import type { Finding } from '../../model/finding.ts';
import { normalImage } from '../../model/image-ref.ts';
import { shortId } from '../../model/short-id.ts';
import { readEvidence, type Fact, type NodeInput } from '../../scope/node-evidence.ts';
import { firstTraitTimes, nextTraitTimes, type TraitTimes } from '../../scope/trait-times.ts';
import type { Traits } from '../../scope/traits.ts';
import { pack, unpack } from './packed.ts';
import type { NodeState, NodeTold } from './records.ts';
import { readOr } from './damaged.ts';

/** Grows whenever a node's evidence is read in another way: what is stored in an earlier form is then read from the report again. */
const form = 3;

/** What a report by itself tells: all but since when. Its findings count as opened when it came. */
type ToldDraft = Omit<NodeTold, 'times'>;

/** Reads what a report of a node tells, with the findings that it has. */
export const draftTold = (
  state: NodeState,
  findings: readonly Finding[],
  heard: NonNullable<NodeInput['heard']>,
): ToldDraft => {
  const opened = findings.map(finding => ({ ...finding, openedAt: heard.at }));
  const { facts, traits, pulled } = readEvidence({ uid: '', name: '', state, findings: opened, heard });
  const known = findings.map(({ id, cause, registry, image }) => ({
    ...{ id, cause, registry, image: image === null ? null : normalImage(image) },
  }));
  return { facts, traits, pulled, findings: known, retries: state.retries };
};

/** A fact with the time of the finding of it that was opened first. */
const dated = (fact: Fact, openedAt: (id: string) => number): Fact => {
  const { failure } = fact;
  if (failure === null || failure.findings.length === 0) return fact;
  return { ...fact, failure: { ...failure, since: Math.min(...failure.findings.map(openedAt)) } };
};

/** What the database says of the node at that: when its findings were opened, and when its settings became what they are. */
type Known = { openedAt: (id: string) => number; times: TraitTimes };

/** What a node tells, with since when. */
export const tellOf = (draft: ToldDraft, { openedAt, times }: Known): NodeTold => ({
  ...draft,
  facts: draft.facts.map(fact => dated(fact, openedAt)),
  times,
});

/** A draft as it waits for the database. Nodes whose settings are alike have one key of them. */
export type PackedDraft = { packed: string; traits: Traits; settings: string };

type Stored = Omit<ToldDraft, 'traits' | 'pulled'> & { traits: [string, string][]; pulled: [string, number][] };

/** Packs a draft: the larger part of what is stored of a node, made before its turn in the database comes. */
export const packDraft = ({ traits, pulled, ...draft }: ToldDraft): PackedDraft => {
  const stored: Stored = { ...draft, traits: [...traits], pulled: pulled.map(({ image, at }) => [image, at]) };
  return { packed: pack(JSON.stringify(stored)), traits, settings: shortId('s', [...traits].flat()) };
};

/** What only the database knows, in a line before the draft. */
type Dates = {
  form: number;
  settings: string;
  times: Omit<TraitTimes, 'since'> & { since: [string, number][] };
  opened: [id: string, at: number][];
};

/** As it is stored; `opened` has every finding of the draft. */
export const storedTold = (
  { packed, settings }: Pick<PackedDraft, 'packed' | 'settings'>,
  { times, opened }: { times: TraitTimes; opened: Dates['opened'] },
): string => {
  const dates: Dates = { form, settings, times: { ...times, since: [...times.since] }, opened };
  return `${JSON.stringify(dates)}\n${packed}`;
};

/** The line, and what stands after it; an earlier form had no line, and all in one. */
const split = (stored: string): { dates: string; packed: string } | null => {
  const end = stored.indexOf('\n');
  return end === -1 ? null : { dates: stored.slice(0, end), packed: stored.slice(end + 1) };
};

type Earlier = { traits?: [string, string][]; times?: Dates['times'] };

const timesOf = ({ since, ...times }: Dates['times']): TraitTimes => ({ ...times, since: new Map(since) });

/** What is stored; null where that is of another form, or nothing, or cannot be read any more. */
export const unpackTold = (stored: string): NodeTold | null =>
  readOr(null, () => {
    const parts = split(stored);
    const dates = parts && (JSON.parse(parts.dates) as Dates);
    if (parts === null || dates?.form !== form) return null;
    const { traits, pulled, ...draft } = JSON.parse(unpack(parts.packed)) as Stored;
    const opened = new Map(dates.opened);
    const pulls = pulled.map(([image, at]) => ({ image, at }));
    const told = { ...draft, traits: new Map(traits), pulled: pulls };
    return tellOf(told, { openedAt: id => opened.get(id) ?? dates.times.from, times: timesOf(dates.times) });
  });

/** The settings that are stored and their times; null where an earlier version kept no times. */
const settingsBefore = (stored: string): Pick<NodeTold, 'traits' | 'times'> | null =>
  readOr(null, () => {
    if (stored === '') return null;
    const parts = split(stored);
    const { traits, times } = JSON.parse(unpack(parts?.packed ?? stored)) as Earlier;
    const kept = parts ? (JSON.parse(parts.dates) as Dates).times : times;
    return traits === undefined || kept === undefined ? null : { traits: new Map(traits), times: timesOf(kept) };
  });

/** When settings became what they are, by what is stored of those before; `settings` spares reading these where they are the same. */
export const timesAfter = (
  stored: string,
  { traits, settings }: { traits: Traits; settings?: string },
  at: number,
): TraitTimes => {
  const unchanged = readOr(null, () => {
    const dates = JSON.parse(split(stored)?.dates ?? 'null') as Dates | null;
    return dates !== null && dates.settings === settings ? timesOf(dates.times) : null;
  });
  if (unchanged !== null) return unchanged;
  const before = settingsBefore(stored);
  return before === null ? firstTraitTimes(at) : nextTraitTimes(before, traits, at);
};
