import { limits } from '../model/limits.ts';

/** What is known of the kubelet's back-off for one container's image. Times are epoch milliseconds. */
export type PullBackoff = {
  /** The wait after the last failure; null where the first failures were not seen. */
  waitMs: number | null;
  failedAt: number | null;
};

/** The longest wait that fits between two failures; an attempt's own time and the kubelet's next sync come on top. */
const waitWithin = (gapMs: number): number => {
  let wait: number = limits.backoffInitialMs;
  while (wait * 2 <= gapMs && wait * 2 <= limits.backoffMaxMs) wait *= 2;
  return gapMs >= limits.backoffMaxMs ? limits.backoffMaxMs : wait;
};

const doubled = (waitMs: number): number => Math.min(waitMs * 2, limits.backoffMaxMs);

/**
 * The back-off after a failed attempt at `at`: 10 s, doubled up to 300 s, forgotten 600 s after the last failure
 * (kubelet 1.28 to 1.36). Where the pod's first failures were missed it is told from the gap between two of them.
 */
export const failAgain = (before: PullBackoff | null, at: number): PullBackoff => {
  if (before === null) return { waitMs: limits.backoffInitialMs, failedAt: at };
  if (before.failedAt === null) return { waitMs: null, failedAt: at };
  const gap = at - before.failedAt;
  if (gap > 2 * limits.backoffMaxMs) return { waitMs: limits.backoffInitialMs, failedAt: at };
  return { waitMs: doubled(before.waitMs ?? waitWithin(gap)), failedAt: at };
};

/** When the wait is over; the kubelet tries at its next sync after that. Null where it is not known. */
export const nextAttempt = (backoff: PullBackoff): number | null =>
  backoff.failedAt === null || backoff.waitMs === null ? null : backoff.failedAt + backoff.waitMs;
