import type { RecoveryNote } from './recovery.ts';
import type { Cause, Owner, Retry, Stage } from './cause.ts';

/** One of the six questions on-call people ask, in their order, with what is known. */
export type ChecklistItem = { question: 1 | 2 | 3 | 4 | 5 | 6; answer: 'yes' | 'no' | 'unknown'; why: string };

/** One thing to do: a sentence, and the command where there is one. */
export type FixStep = { say: string; run?: string };

/** What an error text means: the answer of `pullpath explain`, and the core of every finding. */
export type Explanation = {
  cause: Cause;
  /** Causes the text cannot rule out; a walk of the path must settle them. */
  also: Cause[];
  stage: Stage | null;
  owner: Owner | null;
  retry: Retry | null;
  /** The image as the text names it. */
  image: string | null;
  registry: string | null;
  /** The host that failed, which may be a mirror, a token service or a blob store. */
  host: string | null;
  title: string;
  checklist: ChecklistItem[];
  fix: FixStep[];
};

/** One container of one pod that waits for the finding's image. Times are epoch milliseconds. */
export type FindingPod = {
  namespace: string;
  pod: string;
  podUid: string | null;
  container: string;
  attempts: number;
  firstSeen: number;
  lastSeen: number;
  nextAttemptAt: number | null;
  /** When its latest attempt failed; missing where only the wait after it was seen. */
  failedAt?: number;
};

export type Severity = 'error' | 'warning';

/** One check of a walk that speaks for the cause; `code` is null where it passed. `at` is epoch milliseconds. */
export type Evidence = { check: string; host: string | null; code: string | null; at: number };

/** One broken thing on one node: an image that cannot be pulled, a host or file on the way to one, or the runtime itself. */
export type Finding = Explanation & {
  /** Stable for the same thing on the same node, whatever its cause turns out to be: a repeat updates and does not add. */
  id: string;
  severity: Severity;
  /** The cause as the text alone tells it; null for what was not read from a text. */
  textCause: Cause | null;
  /** The first real error text, at most 4 KiB. */
  message: string;
  pods: FindingPod[];
  firstSeen: number;
  lastSeen: number;
  /** What a walk of the path saw of it, in the order of the path; missing where none was made that tells. */
  evidence?: Evidence[];
  /** What the agent does to have the image as soon as it can be pulled; missing where it does nothing. */
  recovery?: RecoveryNote;
};
