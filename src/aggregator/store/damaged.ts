import type { Finding } from '../../model/finding.ts';
import { fastReader, unreadable } from '../../wire/fast-reader.ts';
import { findingSchema } from '../../wire/finding-schema.ts';

/**
 * What stands in the database; `otherwise` where a damaged disk has made of it what this program never wrote. SQLite finds
 * damage to its own pages, not to the texts in them, and one that cannot be read must not keep all the others from being told.
 */
export const readOr = <Value>(otherwise: Value, read: () => Value): Value => {
  try {
    return read();
  } catch {
    return otherwise;
  }
};

/** Stands for a finding of which only the id is known any more. */
const lostFinding = (id: string): Finding => ({
  ...{ id, severity: 'error', cause: 'other', also: [], stage: null, owner: null, retry: null },
  ...{ image: null, registry: null, host: null, checklist: [], fix: [], textCause: null, message: '', pods: [] },
  title: 'What was stored of this finding cannot be read any more; the node’s next full report tells it anew',
  ...{ firstSeen: 0, lastSeen: 0 },
});

const readFinding = fastReader(findingSchema);

/** A finding as it is stored, in clear text: a flipped bit may leave it JSON and break a key alone. */
export const storedFinding = (id: string, json: string): Finding => {
  const finding = readOr(unreadable, () => readFinding(JSON.parse(json)));
  return finding === unreadable ? lostFinding(id) : finding;
};
