import { normalImage } from '../model/image-ref.ts';
import { limits } from '../model/limits.ts';
import type { RetryMode, WaitingImage, WatchStep } from '../model/recovery.ts';
import { recoveryRules, type RecoveryRule } from './recovery-rules.ts';
import {
  isBlind,
  newTrack,
  nextAsk,
  turnComes,
  updated,
  type RecoveryFacts,
  type RecoveryTrack,
} from './recovery-track.ts';

export type { RecoveryFacts, RecoveryTrack } from './recovery-track.ts';

type Pulled = { key: string; at: number };

/** All recoveries of a node. Plain data; each function here gives the one that follows. */
export type Recovery = { mode: RetryMode; tracks: readonly RecoveryTrack[]; pulls: readonly Pulled[] };

/** One step to ask for all images that it keeps from being pulled, or the turn of one image: walk, rules, pull. */
export type RecoveryAction =
  | { do: 'ask'; step: WatchStep; registry: string; image: string; keys: string[] }
  | { do: 'turn'; track: RecoveryTrack };

const hourMs = 3_600_000;

export const startRecovery = (mode: RetryMode): Recovery => ({ mode, tracks: [], pulls: [] });

const change = (state: Recovery, keys: readonly string[], to: (track: RecoveryTrack) => RecoveryTrack): Recovery => ({
  ...state,
  tracks: state.tracks.map(track => (keys.includes(track.key) ? to(track) : track)),
});

/** What waits now: what does no more is forgotten, unless its turn runs; the first so many images are followed. */
export const keepWaiting = (state: Recovery, waiting: readonly WaitingImage[], facts: RecoveryFacts): Recovery => {
  const byKey = new Map(waiting.slice(0, limits.recoverImages).map(image => [normalImage(image.image), image]));
  const kept = state.tracks.flatMap(track => {
    const image = byKey.get(track.key);
    if (image === undefined) return track.busy || track.byHand ? [track] : [];
    return [updated(track, image, facts)];
  });
  const known = new Set(kept.map(({ key }) => key));
  const added = [...byKey].flatMap(([key, image]) => (known.has(key) ? [] : [newTrack(image, state.mode, facts)]));
  const pulls = state.pulls.filter(({ at }) => facts.now - at < hourMs);
  return { ...state, tracks: state.mode === 'off' ? [] : [...kept, ...added], pulls };
};

/** A standing rule keeps an image from being pulled, or no longer does: nothing is asked for what cannot be pulled. */
export const holdBack = (state: Recovery, key: string, rule: RecoveryRule | null): Recovery =>
  change(state, [key], track => (track.busy ? track : { ...track, rule }));

/** A person asks for a pull: its turn is now, and every rule holds. */
export const askByHand = (state: Recovery, image: WaitingImage, facts: RecoveryFacts): Recovery => {
  const key = normalImage(image.image);
  const known = state.tracks.some(track => track.key === key);
  const all = known ? state : { ...state, tracks: [...state.tracks, newTrack(image, state.mode, facts)] };
  return change(all, [key], track => ({ ...track, phase: 'healed', dueAt: facts.now, byHand: true, rule: null }));
};

/** Of the agent's own pulls: those that run, and those of the last hour. */
export const pullCounts = (
  state: Recovery,
  { key, image }: RecoveryTrack,
): { running: Record<'registry' | 'node', number>; hour: Record<'image' | 'node', number> } => {
  const others = state.tracks.filter(track => track.busy && track.phase === 'healed' && track.key !== key);
  return {
    running: { registry: others.filter(other => other.image.registry === image.registry).length, node: others.length },
    hour: { image: state.pulls.filter(pull => pull.key === key).length, node: state.pulls.length },
  };
};

const sameAsk = (one: RecoveryTrack, other: RecoveryTrack): boolean => {
  const [a, b] = [one.image, other.image];
  const { check, host } = a.step;
  // What is one image's own is asked for that image.
  if (/^walk$|^registry\.(?:manifest|platform|blob)$/.test(check)) return one === other;
  return check === b.step.check && host === b.step.host && (check === 'node.disk' || a.registry === b.registry);
};

const stands = ({ rule, byHand }: RecoveryTrack): boolean => rule !== null && recoveryRules[rule].stands && !byHand;

/** When a broken image's step may be asked: nothing before the time that its registry named. */
const askAt = (track: RecoveryTrack, facts: RecoveryFacts): number => {
  if (stands(track)) return Infinity;
  const named = facts.namedAt(track.image.registry);
  return Math.max(track.dueAt, named ?? (track.image.retry === 'wait' ? Infinity : -Infinity));
};

/** What is to be done now, each thing marked as begun, and when to look again (the end of what runs aside). */
export const takeTurns = (
  given: Recovery,
  facts: RecoveryFacts,
): { state: Recovery; actions: RecoveryAction[]; nextAt: number } => {
  let state = given;
  const actions: RecoveryAction[] = [];
  let nextAt = Infinity;
  for (const { key } of given.tracks) {
    let track = state.tracks.find(one => one.key === key);
    if (track === undefined || track.busy || track.phase === 'done') continue;
    if (track.phase === 'healed' && track.blind && facts.herd(track.image.registry, track.seenAt) !== undefined) {
      track = { ...turnComes(track, facts), healedAt: track.healedAt };
      const known = track;
      state = change(state, [key], () => known);
    }
    if (track.phase === 'broken') {
      const at = askAt(track, facts);
      nextAt = at > facts.now ? Math.min(nextAt, at) : nextAt;
      if (at > facts.now) continue;
      if (track.image.retry === 'wait') {
        const turned = turnComes(track, facts);
        state = change(state, [key], () => turned);
        nextAt = Math.min(nextAt, Math.max(turned.dueAt, facts.now));
        continue;
      }
      const asked = track;
      const together = state.tracks.filter(
        one => one.phase === 'broken' && !one.busy && !stands(one) && sameAsk(asked, one),
      );
      const keys = together.map(one => one.key);
      const { step, registry, image } = track.image;
      state = change(state, keys, one => ({ ...one, busy: true, askedAt: facts.now, probes: one.probes + 1 }));
      actions.push({ do: 'ask', step, registry, image, keys });
      continue;
    }
    const at = stands(track)
      ? Infinity
      : Math.max(track.dueAt, track.backOffUntil, facts.namedAt(track.image.registry) ?? -Infinity);
    nextAt = at > facts.now ? Math.min(nextAt, at) : nextAt;
    const { running } = pullCounts(state, track);
    if (at > facts.now || running.registry >= limits.recoverRegistryPulls || running.node >= limits.recoverNodePulls)
      continue;
    state = change(state, [key], one => ({ ...one, busy: true }));
    actions.push({ do: 'turn', track });
  }
  return { state, actions, nextAt };
};

/** The step was asked: where it passed, the turns of its images come, else it is asked again later. */
export const askEnded = (state: Recovery, keys: readonly string[], passed: boolean, facts: RecoveryFacts): Recovery =>
  change(state, keys, track => {
    const free = { ...track, busy: false };
    if (!passed) return { ...free, askedAt: null, dueAt: nextAsk(free, facts) };
    // It was asked in this node's own place among the others, which its turn keeps.
    const turned = turnComes({ ...free, askedAt: null }, facts);
    return { ...turned, healedAt: facts.now, dueAt: turned.blind ? turned.dueAt : facts.now };
  });

/** How a turn ended. `broken`: the walk met a break; a rule: the pull was not made. */
export type TurnEnd = 'pulled' | 'failed' | 'broken' | RecoveryRule;

/** A pull begins: it counts, however it ends. */
export const pullBegins = (state: Recovery, key: string, now: number): Recovery => ({
  ...state,
  pulls: [...state.pulls, { key, at: now }],
});

const failed = (track: RecoveryTrack, mode: RetryMode, facts: RecoveryFacts): RecoveryTrack => {
  const failures = track.failures + 1;
  const wait = Math.min(limits.recoverPullFirstMs * 2 ** (failures - 1), limits.recoverPullMaxMs);
  const backOffUntil = facts.now + wait * (0.75 + facts.random / 4);
  if (mode === 'confirm') return { ...track, failures, backOffUntil, phase: 'done' };
  const blind = isBlind(track.image.step);
  return { ...track, failures, backOffUntil, phase: blind ? 'healed' : 'broken', dueAt: backOffUntil };
};

/** What passes within seconds, and is looked at again without a request. */
const passing: ReadonlySet<TurnEnd> = new Set<TurnEnd>([
  'policy-awaited',
  'kubelet-is-pulling',
  'registry-busy',
  'node-busy',
  'runtime-down',
]);

/** A turn ended. */
export const turnEnded = (state: Recovery, key: string, end: TurnEnd, facts: RecoveryFacts): Recovery =>
  change(state, [key], before => {
    const track = { ...before, busy: false, byHand: false, rule: null };
    if (end === 'pulled') return { ...track, phase: 'done', pulledAt: facts.now, breaks: 0, failures: 0 };
    if (end === 'failed') return failed(track, state.mode, facts);
    if (end === 'broken') {
      const broken = { ...track, phase: 'broken' as const, breaks: track.breaks + 1 };
      return { ...broken, dueAt: nextAsk(broken, facts) };
    }
    const wait = passing.has(end) ? limits.recoverHeldMs : limits.recoverRuledMs;
    return {
      ...track,
      rule: end,
      phase: state.mode === 'confirm' && !passing.has(end) ? 'done' : track.phase,
      dueAt: facts.now + wait,
    };
  });
