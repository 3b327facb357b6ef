import type { Finding } from '../../model/finding.ts';
import { normalImage } from '../../model/image-ref.ts';
import { readEvidence } from '../../scope/node-evidence.ts';
import { pack, unpack } from './packed.ts';
import type { NodeState, NodeTold } from './records.ts';

/** Grows whenever a node's evidence is read in another way: what is stored in an earlier form is then read from the report again. */
const form = 1;

type OpenFinding = { finding: Finding; openedAt: number };

/** Reads what a node tells; its open findings are those of the report. */
export const tellOf = (state: NodeState, open: Iterable<OpenFinding>): NodeTold => {
  const findings = Array.from(open, ({ finding, openedAt }) => ({ ...finding, openedAt }));
  const { facts, traits } = readEvidence({ uid: '', name: '', state, findings });
  const known = findings.map(({ id, cause, registry, image }) => ({
    ...{ id, cause, registry, image: image === null ? null : normalImage(image) },
  }));
  return { facts, traits, findings: known, retries: state.retries };
};

type Stored = Omit<NodeTold, 'traits'> & { form: number; traits: [string, string][] };

/** As it is stored. */
export const packTold = ({ traits, ...told }: NodeTold): string =>
  pack(JSON.stringify({ form, ...told, traits: [...traits] } satisfies Stored));

/** What is stored; null where that is of another form, or nothing. */
export const unpackTold = (stored: string): NodeTold | null => {
  if (stored === '') return null;
  const { form: other, traits, ...told } = JSON.parse(unpack(stored)) as Stored;
  return other === form ? { ...told, traits: new Map(traits) } : null;
};
