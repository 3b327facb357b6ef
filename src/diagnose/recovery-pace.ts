import { limits } from '../model/limits.ts';
import type { Herd } from '../model/recovery.ts';

/**
 * How long until a broken step is asked again: a sixtieth of how long it has been broken, from 2 s to 30 s, and up to a quarter
 * less. `heavy` steps (those that take several requests) wait three times as long, and longer with each walk made in vain.
 */
export const cadence = ({ elapsedMs, heavy, random }: { elapsedMs: number; heavy: number; random: number }): number => {
  const plain = Math.min(Math.max(elapsedMs / limits.recoverPaceShare, limits.recoverFirstMs), limits.recoverMaxMs);
  const wait = heavy === 0 ? plain : Math.min(plain * 3 * heavy, 2 * limits.recoverMaxMs);
  return wait * (0.75 + random / 4);
};

/** How many nodes of a herd may begin their turn in a second: what is asked, walked and pulled by one is so many requests. */
const turnsPerSecond = ({ perSecond }: Herd): number => {
  const turns = perSecond / limits.recoverTurnRequests;
  return turns >= 1 ? Math.floor(turns) : Math.max(turns, 1 / 60);
};

/** The time in which each node of a herd has one turn, milliseconds. */
export const roundOf = (herd: Herd): number => (1000 * herd.nodes) / turnsPerSecond(herd);

/**
 * When a node of a herd may send at `at` or later: all share one round of the clock, and each has its own place in it, so that
 * their requests never come together and none waits longer than a round. Without a herd worth a row: at once.
 */
export const turnAt = (at: number, herd: Herd | null): number => {
  if (herd === null) return at;
  const round = roundOf(herd);
  if (round <= limits.recoverFirstMs) return at;
  const place = ((herd.place % herd.nodes) / herd.nodes) * round;
  const start = Math.floor(at / round) * round + place;
  return start >= at ? start : start + round;
};
