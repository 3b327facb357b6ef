import { Recoverer, type RecovererOptions } from '../../src/agent/recover.ts';
import type { CriAuth, CriResult } from '../../src/agent/cri/client.ts';
import { RunningPulls } from '../../src/diagnose/running-pulls.ts';
import type { Check } from '../../src/model/check.ts';
import type { RecoveryNote, WaitingImage } from '../../src/model/recovery.ts';
import type { RetryRecord } from '../../src/model/report.ts';
import type { Walk } from '../../src/model/walk.ts';
import { keepLog } from './fixture.ts';

type Tap = { teardown: (undo: () => Promise<void>) => void };
export const image = 'reg.test/app:1';
const gib = 1024 ** 3;
export const check = (id: string, more: Partial<Check> = {}): Check => ({
  ...{ id, stage: 'registry', outcome: 'pass', code: null, ms: 1, detail: '' },
  ...more,
});
const disk = (freeGib: number): Check =>
  check('node.disk', { facts: { totalBytes: 100 * gib, freeBytes: freeGib * gib } });
export const walkOf = (checks: Check[], findings: Walk['findings'] = []): Walk => ({
  ...{ target: image, image, registry: 'reg.test', checks: [], findings, startedAt: 0, ms: 1 },
  hosts: [{ host: 'reg.test', role: 'upstream', url: 'https://reg.test/v2', source: 'default', checks }],
});
const served = ['registry.ping', 'registry.token', 'registry.manifest', 'registry.blob'].map(id => check(id));
const sound = walkOf([...served, check('registry.platform', { facts: { bytes: gib } })]);

export const waiting = (more: Partial<WaitingImage> = {}): WaitingImage => ({
  ...{ image, registry: 'reg.test', cause: 'network-timeout', retry: 'heals', isPrivate: false },
  ...{ step: { check: 'tcp.connect', host: 'reg.test' }, failedAt: 0, nextAttemptAt: 400_000 },
  ...more,
});

export type World = {
  images: WaitingImage[];
  walk: Walk;
  passes: boolean;
  present: boolean;
  down: boolean;
  free: number;
  verification: string | null;
  auth: CriAuth | null;
  /** The aggregator tells policies. */
  tells: boolean;
  answer: CriResult<string> | Promise<CriResult<string>>;
  options: Partial<RecovererOptions>;
};

/** What a test sees of it, and does to it. */
export type Played = {
  recoverer: Recoverer;
  world: World;
  seen: { asked: number; walked: number; pulled: string[]; auth: unknown[] };
  records: RetryRecord[];
  notes: () => RecoveryNote | undefined;
  running: RunningPulls;
  pass: (seconds: number, step?: number) => Promise<void>;
  now: () => number;
  /** Something that happens while the path is walked. */
  onWalk: () => unknown;
  /** Ends what hangs. */
  letGo: () => void;
};

/** A recoverer in a world whose clock runs as it waits: what it asks, walks and pulls. */
export const start = (t: Tap, given: Partial<World> = {}): Played => {
  const world: World = {
    ...{ images: [waiting()], walk: sound, passes: true, present: false, down: false, free: 50, options: {} },
    ...{ verification: null, auth: null, tells: false, answer: { ok: true, value: 'sha256:1' } },
    ...given,
  };
  const seen = { asked: 0, walked: 0, pulled: [] as string[], auth: [] as unknown[] };
  const records: RetryRecord[] = [];
  const notes = { last: new Map<string, RecoveryNote>() as ReadonlyMap<string, RecoveryNote> };
  const running = new RunningPulls();
  let now = 0;
  const client = {
    pullImage: (name: string, _signal: AbortSignal, auth: unknown) => {
      seen.pulled.push(name);
      seen.auth.push(auth);
      return Promise.resolve(world.answer);
    },
    imageStatus: () => Promise.resolve({ ok: true as const, value: world.present ? ({ id: 'x' } as never) : null }),
  };
  const recoverer = new Recoverer({
    ...{
      mode: 'recover',
      policiesTold: () => world.tells,
      running,
      random: () => 1,
      log: keepLog(),
      herd: () => null,
      now: () => now,
    },
    client: () => (world.down ? null : client),
    credentials: () => Promise.resolve(world.auth),
    kubelet: () => Promise.resolve({ highPercent: null, verification: world.verification, allowed: [] }),
    waiting: () => world.images,
    path: {
      askNow: () => {
        seen.asked += 1;
        return Promise.resolve({ passed: world.passes, notBefore: null });
      },
      walkNow: () => {
        seen.walked += 1;
        its.onWalk();
        recoverer.noteWalk(world.walk);
        return Promise.resolve({ walk: world.walk, checks: [disk(world.free)] });
      },
      lookNow: () => Promise.resolve([disk(world.free)]),
      readSettings: () => Promise.resolve('{}'),
      hold: () => undefined,
    },
    onRecord: record => records.push(record),
    onRan: () => undefined,
    onNotes: told => (notes.last = told),
    ...world.options,
  });
  const stop = new AbortController();
  const runs = recoverer.run(stop.signal);
  t.teardown(async () => {
    stop.abort();
    await runs;
  });
  /** Lets so many seconds of its clock go by, everything that is due being done in between. */
  const pass = async (seconds: number, step = 1): Promise<void> => {
    for (let second = 0; second < seconds; second += step) {
      now += step * 1000;
      recoverer.look();
      for (let turn = 0; turn < 12; turn += 1) await new Promise(resolve => setImmediate(resolve));
    }
  };
  const its: Played = {
    ...{ recoverer, world, seen, records, notes: () => [...notes.last.values()][0], running, pass, now: () => now },
    ...{ onWalk: () => undefined, letGo: () => undefined },
  };
  return its;
};
