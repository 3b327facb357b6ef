import { normalImage } from '../model/image-ref.ts';
import { limits } from '../model/limits.ts';
import type { Herd, RetryMode, WaitingImage, WatchStep } from '../model/recovery.ts';
import type { Moment } from './probe-schedule.ts';
import { cadence, turnAt } from './recovery-pace.ts';
import type { RecoveryRule } from './recovery-rules.ts';

/** Where the recovery of one image is. Times are epoch milliseconds. */
export type RecoveryTrack = {
  /** By its full name. */
  key: string;
  image: WaitingImage;
  /** First known to fail, and first heard of here. */
  since: number;
  seenAt: number;
  /** `broken`: its step is asked; `healed`: its turn comes; `done`: pulled, or nothing more is to be done. */
  phase: 'broken' | 'healed' | 'done';
  /** When its step first passed since it broke; null before. */
  healedAt: number | null;
  /** When its step is asked, or its turn comes. */
  dueAt: number;
  busy: boolean;
  probes: number;
  /** When its step was asked last, of the question that has just ended; null otherwise. */
  askedAt: number | null;
  /** Turns in a row whose walk met another break. */
  breaks: number;
  /** Pulls in a row that failed, and the end of the wait after the last. */
  failures: number;
  backOffUntil: number;
  pulledAt: number | null;
  /** What keeps it from being pulled. */
  rule: RecoveryRule | null;
  /** A person asked for it. */
  byHand: boolean;
  /** Its turn was put off by chance, for want of knowing who else waits. */
  blind: boolean;
};

/** What a decision needs besides: who else waits on a registry (null: nobody, undefined: not known), and what it named. */
export type RecoveryFacts = Moment & {
  herd: (registry: string, seenAt: number) => Herd | null | undefined;
  /** When a registry that asked for a pause may be asked again; null where it asked for none. */
  namedAt: (registry: string) => number | null;
};

/** Steps that say nothing by themselves and cost a whole walk, or nearly. */
const isHeavy = ({ check }: WatchStep): boolean => /^walk$|^registry\.(?:token|manifest|platform|blob)$/.test(check);

/** Nothing that could be asked over and over tells whether it is mended: it is pulled once, and then after ever longer waits. */
export const isBlind = ({ check }: WatchStep): boolean => check === 'pull';

/** When the broken step of an image is asked next. */
export const nextAsk = (track: RecoveryTrack, facts: RecoveryFacts): number => {
  const { registry, step } = track.image;
  const heavy = isHeavy(step) || track.breaks > 0;
  const wait = cadence({
    elapsedMs: facts.now - track.since,
    heavy: heavy ? 1 + track.breaks : 0,
    random: facts.random,
  });
  // A step that stays on this node needs no place in a row.
  const herd = step.check === 'node.disk' || step.check === 'files' ? null : facts.herd(registry, track.seenAt);
  // A question that hangs takes of the wait after it.
  const at = Math.max((track.askedAt ?? facts.now) + wait, facts.now + limits.recoverGapMs);
  return turnAt(at, herd ?? null);
};

/** The turn comes, at once or in this node's place among those that heard the same; by chance where nobody can be asked. */
export const turnComes = (track: RecoveryTrack, facts: RecoveryFacts): RecoveryTrack => {
  const herd = facts.herd(track.image.registry, track.seenAt);
  const dueAt = herd === undefined ? facts.now + facts.random * limits.recoverBlindMs : turnAt(facts.now, herd);
  return { ...track, phase: 'healed', dueAt, blind: herd === undefined };
};

/** An image that was not waited for before. */
export const newTrack = (image: WaitingImage, mode: RetryMode, facts: RecoveryFacts): RecoveryTrack => {
  const blank: RecoveryTrack = {
    ...{
      key: normalImage(image.image),
      image,
      since: Math.min(image.failedAt, facts.now),
      seenAt: facts.now,
      phase: 'broken',
    },
    ...{
      healedAt: null,
      dueAt: Infinity,
      busy: false,
      probes: 0,
      askedAt: null,
      breaks: 0,
      failures: 0,
      backOffUntil: -Infinity,
    },
    ...{ pulledAt: null, rule: null, byHand: false, blind: false },
  };
  if (mode === 'confirm') {
    const fresh = facts.now - image.failedAt <= limits.retryFreshMs;
    if (!fresh || image.retry === 'wait' || image.retry === 'never') return { ...blank, phase: 'done' };
    return { ...blank, phase: 'healed', dueAt: facts.now + facts.random * limits.retryJitterMs };
  }
  if (isBlind(image.step)) return turnComes(blank, facts);
  // The time that its registry names decides, which may be over.
  return { ...blank, dueAt: image.retry === 'wait' ? facts.now : nextAsk(blank, facts) };
};

/** The same image, whose cause or step may be another by now. */
export const updated = (track: RecoveryTrack, image: WaitingImage, facts: RecoveryFacts): RecoveryTrack => {
  const { step, cause } = track.image;
  const same = step.check === image.step.check && step.host === image.step.host && cause === image.cause;
  const next = { ...track, image };
  if (same || track.busy || track.phase !== 'broken') return next;
  return {
    ...next,
    dueAt: isBlind(image.step) || image.retry === 'wait' ? next.dueAt : Math.min(next.dueAt, nextAsk(next, facts)),
  };
};
