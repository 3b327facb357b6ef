import type { Finding } from '../../model/finding.ts';
import { normalImage } from '../../model/image-ref.ts';
import { readEvidence, type Fact, type NodeInput } from '../../scope/node-evidence.ts';
import { firstTraitTimes, nextTraitTimes, type TraitTimes } from '../../scope/trait-times.ts';
import { pack, unpack } from './packed.ts';
import type { NodeState, NodeTold } from './records.ts';
import { readOr } from './damaged.ts';

/** Grows whenever a node's evidence is read in another way: what is stored in an earlier form is then read from the report again. */
const form = 2;

/** What a report by itself tells: all but since when. Its findings count as opened when it came. */
export type ToldDraft = Omit<NodeTold, 'times'>;

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

/** What the database says of the node at that: when its findings were opened, and what it told before (null where that is not known). */
type Known = { at: number; openedAt: (id: string) => number; before: Pick<NodeTold, 'traits' | 'times'> | null };

/** What a node tells, with since when. */
export const tellOf = (draft: ToldDraft, { at, openedAt, before }: Known): NodeTold => {
  const times = before === null ? firstTraitTimes(at) : nextTraitTimes(before, draft.traits, at);
  const facts = draft.facts.map(fact => dated(fact, openedAt));
  return { ...draft, facts, times };
};

type Stored = Omit<NodeTold, 'traits' | 'times' | 'pulled'> & {
  form: number;
  traits: [string, string][];
  times: Omit<TraitTimes, 'since'> & { since: [string, number][] };
  pulled: [string, number][];
};

/** As it is stored. */
export const packTold = ({ traits, times, pulled, ...told }: NodeTold): string => {
  const stored: Stored = {
    ...{ form, ...told, traits: [...traits], times: { ...times, since: [...times.since] } },
    pulled: pulled.map(({ image, at }) => [image, at]),
  };
  return pack(JSON.stringify(stored));
};

const read = (stored: string): Partial<Stored> =>
  stored === '' ? {} : readOr<Partial<Stored>>({}, () => JSON.parse(unpack(stored)) as Stored);

const timesOf = ({ since, ...times }: Stored['times']): TraitTimes => ({ ...times, since: new Map(since) });

/** What is stored; null where that is of another form, or nothing. */
export const unpackTold = (stored: string): NodeTold | null => {
  const { form: other, traits, times, pulled, ...told } = read(stored) as Stored;
  if (other !== form) return null;
  const pulls = pulled.map(([image, at]) => ({ image, at }));
  return { ...told, traits: new Map(traits), times: timesOf(times), pulled: pulls };
};

/** What is stored of the node's settings, for the next report to be compared with; null where an earlier version kept no times. */
export const settingsBefore = (stored: string): Known['before'] => {
  const { traits, times } = read(stored);
  return traits === undefined || times === undefined ? null : { traits: new Map(traits), times: timesOf(times) };
};
