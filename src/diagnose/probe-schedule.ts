import { limits } from '../model/limits.ts';
import type { WalkOutcome } from './walk-outcome.ts';

/** What is walked: a registry by itself, or one of its images that cannot be pulled. */
export type ProbeTarget = { registry: string; image: string | null };

/** The moment of a decision; `random`, 0 to 1, spreads nodes and targets apart. */
export type Moment = { now: number; random: number };

type Track = ProbeTarget & {
  /** Epoch milliseconds; Infinity: with the next round. */
  dueAt: number;
  busy: boolean;
  /** When its last walk ended; -Infinity before the first. */
  walkedAt: number;
  /** Walks in a row that met a break. */
  breaks: number;
  /** The last walk came as far as the registry's own answer. */
  reached: boolean;
};

type Spent = { host: string; slot: number; requests: number };

/** When what is walked next. Plain data; each function here gives the one that follows. */
export type ProbeSchedule = {
  /** 0 where nothing is walked by the clock. */
  intervalMs: number;
  /** When the next round begins: the node is read anew and every registry is due. */
  roundAt: number;
  tracks: readonly Track[];
  spent: readonly Spent[];
  /** By registry, the hosts that its last walk asked: it is their budget that the next one takes from. */
  hosts: Readonly<Record<string, readonly string[]>>;
  /** By registry, what it asked for with Retry-After. */
  holds: Readonly<Record<string, number>>;
};

const hourMs = 3_600_000;

const isTrack =
  ({ registry, image }: ProbeTarget) =>
  (track: ProbeTarget): boolean =>
    track.registry === registry && track.image === image;

const newTrack = (target: ProbeTarget, dueAt: number): Track => ({
  ...{ registry: target.registry, image: target.image, dueAt, busy: false, walkedAt: -Infinity, breaks: 0 },
  reached: false,
});

/** The schedule of an agent that has just started: the first round comes within seconds. */
export const startSchedule = (intervalMs: number, { now, random }: Moment): ProbeSchedule => ({
  ...{ intervalMs, roundAt: now + limits.probeFirstMs * (0.25 + 0.75 * random) },
  ...{ tracks: [], spent: [], hosts: {}, holds: {} },
});

/** A round begins: of the registries known now each is due, but for those that were walked within the last half interval. */
export const beginRound = (
  schedule: ProbeSchedule,
  registries: readonly string[],
  { now, random }: Moment,
): ProbeSchedule => {
  const { intervalMs } = schedule;
  const roundAt = now + (intervalMs || limits.probeQuietRoundMs) * (0.9 + 0.2 * random);
  const waitedFor = schedule.tracks.flatMap(track => (track.image === null ? [] : [track.registry]));
  // Without rounds of walks a registry that nobody waits for any more would show an old walk for ever.
  const wanted = intervalMs > 0 ? [...waitedFor, ...registries] : waitedFor;
  const known = new Set([...new Set(wanted)].slice(0, limits.probeRegistries));
  const kept = schedule.tracks.filter(track => track.busy || known.has(track.registry));
  const added = [...known]
    .filter(registry => !kept.some(isTrack({ registry, image: null })))
    .map(registry => newTrack({ registry, image: null }, Infinity));
  const due = (track: Track): Track =>
    intervalMs > 0 && now - track.walkedAt >= intervalMs / 2 ? { ...track, dueAt: Math.min(track.dueAt, now) } : track;
  const spent = schedule.spent.filter(({ slot }) => now - slot * limits.probeSlotMs < hourMs + limits.probeSlotMs);
  const counted = new Set(spent.map(({ host }) => host));
  const hosts = Object.fromEntries(
    Object.entries(schedule.hosts).filter(([, own]) => own.some(host => counted.has(host))),
  );
  const holds = Object.fromEntries(Object.entries(schedule.holds).filter(([, until]) => until > now));
  return { intervalMs, roundAt, tracks: [...kept, ...added].map(due), spent, hosts, holds };
};

/** The images that cannot be pulled now: the others are no longer walked, new ones are due at once, so many a registry. */
export const keepImages = (schedule: ProbeSchedule, open: readonly ProbeTarget[], now: number): ProbeSchedule => {
  const kept = schedule.tracks.filter(track => track.image === null || track.busy || open.some(isTrack(track)));
  for (const target of open) {
    if (target.image === null || kept.some(isTrack(target))) continue;
    const images = kept.filter(track => track.image !== null);
    if (images.length >= limits.probeRegistries) break;
    if (images.filter(track => track.registry === target.registry).length >= limits.probeImages) continue;
    if (!kept.some(isTrack({ ...target, image: null }))) kept.push(newTrack({ ...target, image: null }, now));
    kept.push(newTrack(target, now));
  }
  return { ...schedule, tracks: kept };
};

/**
 * A pull from this registry failed just now for what may be the path's fault: it is walked at once, unless a walk is so
 * fresh that it says the same, or found it broken: then its back-off decides.
 */
export const registryFailed = (schedule: ProbeSchedule, registry: string, now: number): ProbeSchedule => {
  const target = { registry, image: null };
  const known = schedule.tracks.find(isTrack(target));
  if (known === undefined) return { ...schedule, tracks: [...schedule.tracks, newTrack(target, now)] };
  if (known.busy || known.breaks > 0 || now - known.walkedAt < limits.probeFreshMs) return schedule;
  const tracks = schedule.tracks.map(track =>
    track === known ? { ...track, dueAt: Math.min(track.dueAt, now) } : track,
  );
  return { ...schedule, tracks };
};

/** All that is walked now and then. */
export const targetsOf = ({ tracks }: ProbeSchedule): ProbeTarget[] =>
  tracks.map(({ registry, image }) => ({ registry, image }));

/** True where no registry is left that was never walked. */
export const isAllWalked = ({ tracks }: ProbeSchedule): boolean =>
  tracks.every(({ image, walkedAt }) => image !== null || walkedAt > -Infinity);

const hostsOf = ({ hosts }: ProbeSchedule, registry: string): readonly string[] => hosts[registry] ?? [registry];

/**
 * When the host's budget allows one more whole walk, those under way reckoned as whole ones too; -Infinity where it does
 * now, Infinity where one of those must end first. Images leave half of it to the registry.
 */
const budgetAt = (schedule: ProbeSchedule, host: string, share: number, busy: ReadonlySet<string>): number => {
  const slots = schedule.spent.filter(one => one.host === host).toSorted((a, b) => a.slot - b.slot);
  const running = [...busy].filter(registry => hostsOf(schedule, registry).includes(host)).length;
  const reserved = (1 + running) * limits.probeRequests;
  let left = limits.probeHourRequests * share - reserved - slots.reduce((sum, { requests }) => sum + requests, 0);
  let at = -Infinity;
  for (const { slot, requests } of slots) {
    if (left >= 0) return at;
    left += requests;
    at = (slot + 1) * limits.probeSlotMs + hourMs;
  }
  return left >= 0 ? at : Infinity;
};

const startAt = (schedule: ProbeSchedule, track: Track, busy: ReadonlySet<string>): number =>
  Math.max(
    track.dueAt,
    schedule.holds[track.registry] ?? -Infinity,
    ...hostsOf(schedule, track.registry).map(host => budgetAt(schedule, host, track.image === null ? 1 : 0.5, busy)),
  );

/** What starts now, registries first, one walk a registry at a time, and when to look again (the end of a walk aside). */
export const takeDue = (
  schedule: ProbeSchedule,
  now: number,
): { schedule: ProbeSchedule; targets: ProbeTarget[]; nextAt: number } => {
  const busy = new Set(schedule.tracks.filter(track => track.busy).map(({ registry }) => registry));
  const reached = new Set(schedule.tracks.filter(one => one.image === null && one.reached).map(one => one.registry));
  const order = (track: Track): number => (track.image === null ? 0 : 1);
  const taken = new Set<Track>();
  let nextAt = schedule.roundAt;
  for (const track of schedule.tracks.toSorted((a, b) => order(a) - order(b) || a.dueAt - b.dueAt)) {
    if (track.busy || busy.has(track.registry)) continue;
    // Beyond a registry that cannot be reached an image's walk sees no more than the registry's own.
    if (track.image !== null && !reached.has(track.registry)) continue;
    const at = startAt(schedule, track, busy);
    if (at > now) nextAt = Math.min(nextAt, at);
    else if (busy.size < limits.walksAtOnce) {
      busy.add(track.registry);
      taken.add(track);
    }
  }
  const tracks = schedule.tracks.map(track => (taken.has(track) ? { ...track, busy: true } : track));
  const targets = [...taken].map(({ registry, image }) => ({ registry, image }));
  return { schedule: { ...schedule, tracks }, targets, nextAt };
};

const withSpent = (spent: readonly Spent[], outcome: Pick<WalkOutcome, 'hosts'>, now: number): Spent[] => {
  const slot = Math.floor(now / limits.probeSlotMs);
  const all = [...spent];
  for (const { host, requests } of outcome.hosts) {
    if (requests === 0) continue;
    const at = all.findIndex(one => one.host === host && one.slot === slot);
    const before = all[at];
    if (before === undefined) all.push({ host, slot, requests });
    else all[at] = { ...before, requests: before.requests + requests };
  }
  return all;
};

/** How long until a broken path is walked again; Infinity: with the next round. */
const againIn = (schedule: ProbeSchedule, track: Track, random: number): number => {
  const waitedFor = schedule.tracks.some(other => other.image !== null && other.registry === track.registry);
  const regular = schedule.intervalMs || Infinity;
  const max = waitedFor ? Math.min(limits.probeBrokenMaxMs, regular) : regular;
  const wait = limits.probeBrokenFirstMs * 2 ** Math.min(track.breaks - 1, 20);
  if (wait >= max && !waitedFor) return Infinity;
  return Math.min(wait, max) * (0.75 + random / 2);
};

/** A walk ended: what it asked is booked, and what it found broken is walked again sooner than in the next round. */
export const walkEnded = (
  schedule: ProbeSchedule,
  target: ProbeTarget,
  outcome: WalkOutcome,
  { now, random }: Moment,
): ProbeSchedule => {
  const known = schedule.tracks.find(isTrack(target));
  if (known === undefined) return schedule;
  const breaks = outcome.broken ? known.breaks + 1 : 0;
  const { reached } = outcome;
  const hosts = outcome.hosts.map(({ host }) => host);
  const ended: Track = { ...known, busy: false, walkedAt: now, breaks, reached };
  const dueAt = outcome.broken ? now + againIn(schedule, ended, random) : Infinity;
  return {
    ...requestsSent(schedule, outcome, target.registry, now),
    tracks: schedule.tracks.map(track => (track === known ? { ...ended, dueAt } : track)),
    hosts: hosts.length === 0 ? schedule.hosts : { ...schedule.hosts, [target.registry]: hosts },
  };
};

/** Requests were sent beside the schedule: they are booked, and a pause that a registry asked for is kept. */
export const requestsSent = (
  schedule: ProbeSchedule,
  outcome: Pick<WalkOutcome, 'hosts' | 'notBefore'>,
  registry: string,
  now: number,
): ProbeSchedule => {
  const booked = { ...schedule, spent: withSpent(schedule.spent, outcome, now) };
  return outcome.notBefore === null
    ? booked
    : holdRegistry(booked, registry, Math.min(outcome.notBefore, now + limits.probeHoldMs));
};

/** The registry is not walked before `until`, epoch milliseconds. */
export const holdRegistry = (schedule: ProbeSchedule, registry: string, until: number): ProbeSchedule => ({
  ...schedule,
  holds: { ...schedule.holds, [registry]: Math.max(until, schedule.holds[registry] ?? -Infinity) },
});
