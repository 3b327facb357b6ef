import type { Finding } from '../../model/finding.ts';
import { normalImage } from '../../model/image-ref.ts';
import { readEvidence, type NodeInput } from '../../scope/node-evidence.ts';
import { firstTraitTimes, nextTraitTimes, type TraitTimes } from '../../scope/trait-times.ts';
import { pack, unpack } from './packed.ts';
import type { NodeState, NodeTold } from './records.ts';

/** Grows whenever a node's evidence is read in another way: what is stored in an earlier form is then read from the report again. */
const form = 2;

type OpenFinding = { finding: Finding; openedAt: number };

/** When a report was sent and came, and what the node told before; null where nothing is known of that. */
type Heard = NodeInput['heard'] & { before: Pick<NodeTold, 'traits' | 'times'> | null };

/** Reads what a node tells; its open findings are those of the report. */
export const tellOf = (state: NodeState, open: Iterable<OpenFinding>, heard: Heard): NodeTold => {
  const findings = Array.from(open, ({ finding, openedAt }) => ({ ...finding, openedAt }));
  const { facts, traits, pulled } = readEvidence({ uid: '', name: '', state, findings, heard });
  const known = findings.map(({ id, cause, registry, image }) => ({
    ...{ id, cause, registry, image: image === null ? null : normalImage(image) },
  }));
  const { before, at } = heard;
  const times = before === null ? firstTraitTimes(at) : nextTraitTimes(before, traits, at);
  return { facts, traits, times, pulled, findings: known, retries: state.retries };
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

const read = (stored: string): Partial<Stored> => (stored === '' ? {} : (JSON.parse(unpack(stored)) as Stored));

const timesOf = ({ since, ...times }: Stored['times']): TraitTimes => ({ ...times, since: new Map(since) });

/** What is stored; null where that is of another form, or nothing. */
export const unpackTold = (stored: string): NodeTold | null => {
  const { form: other, traits, times, pulled, ...told } = read(stored) as Stored;
  if (other !== form) return null;
  const pulls = pulled.map(([image, at]) => ({ image, at }));
  return { ...told, traits: new Map(traits), times: timesOf(times), pulled: pulls };
};

/** What is stored of the node's settings, for the next report to be compared with; null where an earlier version kept no times. */
export const settingsBefore = (stored: string): Heard['before'] => {
  const { traits, times } = read(stored);
  return traits === undefined || times === undefined ? null : { traits: new Map(traits), times: timesOf(times) };
};
