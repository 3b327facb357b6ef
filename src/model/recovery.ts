import type { Cause, Retry } from './cause.ts';

/** What the agent may pull: nothing, a newly failing image once more, or also what heals. */
export type RetryMode = 'off' | 'confirm' | 'recover';

/** How far the recovery of an image is: watched, being walked and pulled, pulled, held back for now, or not done at all. */
export type RecoveryState = 'watching' | 'pulling' | 'pulled' | 'held' | 'refused';

/** What a finding says of its recovery; `code` is the rule that holds it back, where one does. */
export type RecoveryNote = { state: RecoveryState; code?: string; says: string };

/** Nodes that wait on one registry, as the aggregator counts them: this node's place among them, from 0. */
export type Herd = {
  nodes: number;
  /** Requests a second that all of them together may send. */
  perSecond: number;
  place: number;
};

/** The step of the path that is asked until it passes: a check's id, `walk` for the whole, `files` for the node's own. */
export type WatchStep = { check: string; host: string | null };

/** An image that containers of this node wait for, as far as its recovery goes. Times are epoch milliseconds. */
export type WaitingImage = {
  /** As the pod spec writes it. */
  image: string;
  registry: string;
  cause: Cause;
  retry: Retry | null;
  step: WatchStep;
  /** Of its containers together, as far as the cluster told; missing where it did not. */
  policy?: 'Always' | 'IfNotPresent';
  /** True where the kubelet had credentials for it, or the registry asks for some; null where nothing tells. */
  isPrivate: boolean;
  /** The latest failure that is known. */
  failedAt: number;
  /** When the kubelet tries again at the latest of its containers; null where that is not known. */
  nextAttemptAt: number | null;
};
