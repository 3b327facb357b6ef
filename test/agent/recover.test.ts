import t from 'tap';
import { Recoverer, type RecovererOptions } from '../../src/agent/recover.ts';
import type { CriResult } from '../../src/agent/cri/client.ts';
import { RunningPulls } from '../../src/diagnose/running-pulls.ts';
import type { Check } from '../../src/model/check.ts';
import { limits } from '../../src/model/limits.ts';
import type { RecoveryNote, WaitingImage } from '../../src/model/recovery.ts';
import type { RetryRecord } from '../../src/model/report.ts';
import type { Walk } from '../../src/model/walk.ts';
import { keepLog } from './fixture.ts';

type Tap = { teardown: (undo: () => Promise<void>) => void };
const image = 'reg.test/app:1';
const gib = 1024 ** 3;
const check = (id: string, more: Partial<Check> = {}): Check => ({
  ...{ id, stage: 'registry', outcome: 'pass', code: null, ms: 1, detail: '' },
  ...more,
});
const disk = (freeGib: number): Check =>
  check('node.disk', { facts: { totalBytes: 100 * gib, freeBytes: freeGib * gib } });
const walkOf = (checks: Check[], findings: Walk['findings'] = []): Walk => ({
  ...{ target: image, image, registry: 'reg.test', checks: [], findings, startedAt: 0, ms: 1 },
  hosts: [{ host: 'reg.test', role: 'upstream', url: 'https://reg.test/v2', source: 'default', checks }],
});
const served = ['registry.ping', 'registry.token', 'registry.manifest', 'registry.blob'].map(id => check(id));
const sound = walkOf([...served, check('registry.platform', { facts: { bytes: gib } })]);

const waiting = (more: Partial<WaitingImage> = {}): WaitingImage => ({
  ...{ image, registry: 'reg.test', cause: 'network-timeout', retry: 'heals', isPrivate: false },
  ...{ step: { check: 'tcp.connect', host: 'reg.test' }, failedAt: 0, nextAttemptAt: 400_000 },
  ...more,
});

type World = {
  images: WaitingImage[];
  walk: Walk;
  passes: boolean;
  present: boolean;
  down: boolean;
  free: number;
  answer: CriResult<string>;
  options: Partial<RecovererOptions>;
};

/** A recoverer in a world whose clock runs as it waits: what it asks, walks and pulls. */
const start = (t: Tap, given: Partial<World> = {}) => {
  const world: World = {
    ...{ images: [waiting()], walk: sound, passes: true, present: false, down: false, free: 50, options: {} },
    answer: { ok: true, value: 'sha256:1' },
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
    ...{ mode: 'recover', running, random: () => 1, log: keepLog(), herd: () => null, now: () => now },
    client: () => (world.down ? null : client),
    credentials: () => Promise.resolve(null),
    kubelet: () => Promise.resolve({ highPercent: null, verification: null, allowed: [] }),
    waiting: () => world.images,
    path: {
      askNow: () => {
        seen.asked += 1;
        return Promise.resolve({ passed: world.passes, notBefore: null });
      },
      walkNow: () => {
        seen.walked += 1;
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
  const pass = async (seconds: number): Promise<void> => {
    for (let second = 0; second < seconds; second += 1) {
      now += 1000;
      recoverer.look();
      for (let turn = 0; turn < 12; turn += 1) await new Promise(resolve => setImmediate(resolve));
    }
  };
  return { recoverer, world, seen, records, notes: () => notes.last.get(image), running, pass };
};

t.test('a path that heals: asked until it passes, walked, pulled once, and the pod’s gain is told', async t => {
  const { recoverer, world, seen, records, notes, pass } = start(t, { passes: false });
  await pass(20);
  t.ok(seen.asked >= 8 && seen.asked <= 12, `${seen.asked} times in 20 s`);
  t.same([seen.walked, seen.pulled], [0, []]);
  t.match(notes(), { state: 'watching' });
  world.passes = true;
  await pass(5);
  t.same([seen.walked, seen.pulled], [1, [image]]);
  t.match(records, [{ outcome: 'pulled', watched: { check: 'tcp.connect', host: 'reg.test' }, healedAt: Number }]);
  t.match(notes(), { state: 'pulled' });
  const pull = { image, nextAttemptAt: 400_000 } as never;
  recoverer.ran([pull], 30_000);
  recoverer.ran([pull], 99_000);
  t.match(records[0], { ranAt: 30_000, savedMs: 370_000 });
  await pass(600);
  t.equal(seen.pulled.length, 1, 'once');
});

const always = { images: [waiting({ image: 'reg.test/app:latest' })] };
const harm: [string, string, Partial<World>, ((its: ReturnType<typeof start>) => void)?][] = [
  ['the pod is gone', 'pod-gone', { images: [] }],
  [
    'the cause is never',
    'cause-never',
    { images: [waiting({ cause: 'tag-not-found', retry: 'never', step: { check: 'none', host: null } })] },
  ],
  ['the policy is Always', 'policy-always', always],
  ['no tag is Always too', 'policy-always', { images: [waiting({ image: 'reg.test/app' })] }],
  ['the pod had credentials', 'needs-credentials', { images: [waiting({ isPrivate: true })] }],
  [
    'the kubelet verifies who pulled',
    'verification-required',
    { options: { kubelet: () => Promise.resolve({ highPercent: null, verification: 'AlwaysVerify', allowed: [] }) } },
  ],
  ['refused, and no time named', 'no-time-named', { images: [waiting({ cause: 'rate-limited', retry: 'wait' })] }],
  ['the runtime is down', 'runtime-down', { down: true }],
  ['the image is there', 'already-there', { present: true }],
  [
    'the kubelet is pulling it',
    'kubelet-is-pulling',
    {},
    ({ running }) => running.apply({ kind: 'pull-started', at: 0, image }),
  ],
  ['the disk is nearly full', 'disk-pressure', { free: 18 }],
];

t.test('zero pulls in every case in which one could do harm', async t => {
  for (const [says, rule, world, before] of harm) {
    const its = start(t, world);
    before?.(its);
    its.recoverer.ask(its.world.images[0]?.image ?? image);
    await its.pass(300);
    t.same(its.seen.pulled, [], says);
    t.match(its.records, [{ byHand: true, rule, outcome: 'failed', message: /^not pulled: / }], says);
  }
});

t.test('what cannot be pulled is not asked for either', async t => {
  for (const [says, rule, world] of harm.filter(([, rule]) => /never|always|credentials|verif|named/.test(rule))) {
    const { seen, pass } = start(t, world);
    await pass(300);
    t.same([seen.asked, seen.walked, seen.pulled], [0, 0, []], `${says}: ${rule}`);
  }
});

t.test(
  'a rate-limited registry is sent nothing before the time that it named, and then one walk and one pull',
  async t => {
    const limited = waiting({
      cause: 'rate-limited',
      retry: 'wait',
      step: { check: 'registry.ping', host: 'reg.test' },
    });
    const { recoverer, seen, pass } = start(t, { images: [limited] });
    const fault = check('registry.ping', { outcome: 'fail', code: 'rate-limited', facts: { retryAfterSeconds: 120 } });
    recoverer.noteWalk(walkOf([fault]));
    await pass(119);
    t.same([seen.asked, seen.walked, seen.pulled], [0, 0, []]);
    await pass(5);
    t.same([seen.asked, seen.walked, seen.pulled], [0, 1, [image]]);
  },
);

t.test('a pull that fails counts and backs off: six an hour', async t => {
  const { seen, pass } = start(t, { answer: { ok: false, code: 'UNKNOWN', details: 'EOF' } });
  await pass(3500);
  t.ok(seen.pulled.length >= 4 && seen.pulled.length <= limits.recoverImageHour, `${seen.pulled.length}`);
});

t.test('thirty pulls an hour on one node, two at a time', async t => {
  const images = Array.from({ length: 60 }, (_none, at) =>
    waiting({ image: `r${at}.test/app:1`, registry: `r${at}.test`, step: { check: 'pull', host: null } }),
  );
  const { seen, pass } = start(t, { images });
  await pass(300);
  t.equal(seen.pulled.length, limits.recoverNodeHour);
});

t.test('credentials that the operator named are used for what is private, and for nothing else', async t => {
  const auth = { username: 'robot', password: 'secret' };
  const options = { credentials: () => Promise.resolve(auth) };
  const own = start(t, { images: [waiting({ isPrivate: true })], options });
  await own.pass(5);
  t.same(own.seen.auth, [auth]);
  const open = start(t, { options });
  await open.pass(5);
  t.same(open.seen.auth, [null]);
});

t.test('a walk that finds another break pulls nothing', async t => {
  const broken = walkOf(
    [check('registry.ping')],
    [{ severity: 'error', cause: 'registry-error', evidence: [] } as never],
  );
  const { seen, pass } = start(t, { walk: broken });
  await pass(120);
  t.same(seen.pulled, []);
  t.ok(seen.walked >= 1 && seen.walked < 12, `${seen.walked} walks in two minutes`);
});

t.test('off does nothing, also when asked', async t => {
  const { recoverer, seen, records, pass } = start(t, { options: { mode: 'off' } });
  recoverer.ask(image);
  await pass(60);
  t.same([seen.asked, seen.walked, seen.pulled, records], [0, 0, [], []]);
});

t.test('confirm pulls a new failure once, without asking or walking', async t => {
  const { seen, pass } = start(t, {
    options: { mode: 'confirm' },
    answer: { ok: false, code: 'UNKNOWN', details: 'EOF' },
  });
  await pass(300);
  t.same([seen.asked, seen.walked, seen.pulled], [0, 0, [image]]);
});
