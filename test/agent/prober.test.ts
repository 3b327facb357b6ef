import t, { type Test } from 'tap';
import { Prober, type ProbedNode, type ProberOptions } from '../../src/agent/prober.ts';
import type { ProbeTarget } from '../../src/diagnose/probe-schedule.ts';
import type { Check } from '../../src/model/check.ts';
import { limits } from '../../src/model/limits.ts';
import type { Walk } from '../../src/model/walk.ts';
import { keepLog, type KeptLog } from './fixture.ts';
import { until } from '../house/until.ts';

type Played = {
  prober: Prober;
  walks: ProbeTarget[];
  /** Walks under way now, and the most there were of one registry. */
  counts: { running: number; most: number; opened: number; closed: number; idle: number };
  log: KeptLog;
  readings: unknown[];
  open: string[];
  clock: { ahead: number };
};
type How = {
  intervalMs?: number;
  registries?: string[];
  walk?: (target: ProbeTarget) => Promise<Walk>;
  open?: string[];
  openNode?: ProberOptions['openNode'];
};

const check = (id: string, outcome: Check['outcome']): Check => ({
  ...{ id, stage: 'registry', outcome, code: outcome === 'fail' ? 'registry-error' : null, ms: 1, detail: '' },
});
const soundWalk = ({ registry, image }: ProbeTarget): Walk => ({
  ...{ target: image ?? registry, ...(image === null ? {} : { image }), registry, checks: [], findings: [] },
  ...{ startedAt: 0, ms: 1 },
  hosts: [
    {
      ...{ host: registry, role: 'upstream', url: `https://${registry}/v2`, source: 'default' },
      checks: [check('registry.ping', 'pass')],
    },
  ],
});

/** A prober whose walks are the test's, and whose clock is ahead by as much as the test says. */
const start = (t: Test, how: How = {}): Played => {
  const { intervalMs = 300_000, registries = [], open = [] } = how;
  const walks: ProbeTarget[] = [];
  const counts = { running: 0, most: 0, opened: 0, closed: 0, idle: 0 };
  const readings: unknown[] = [];
  const clock = { ahead: 0 };
  const log = keepLog();
  const walking = new Map<string, number>();
  const walk = async (target: ProbeTarget): Promise<Walk> => {
    walks.push(target);
    const of = (walking.get(target.registry) ?? 0) + 1;
    walking.set(target.registry, of);
    counts.most = Math.max(counts.most, of);
    counts.running += 1;
    try {
      await new Promise(resolve => setImmediate(resolve));
      return await (how.walk?.(target) ?? soundWalk(target));
    } finally {
      counts.running -= 1;
      walking.set(target.registry, of - 1);
    }
  };
  const openNode = (): Promise<ProbedNode> => {
    counts.opened += 1;
    return Promise.resolve({
      ...{ checks: [check('node.disk', 'pass')], runtimeAnswers: true, walk },
      registries: () => Promise.resolve(registries),
      settings: () => Promise.resolve({ fingerprint: { a: 'b' }, traits: {} }),
      ask: () => Promise.resolve({ passed: true, requests: {}, notBefore: null }),
      close: () => (counts.closed += 1),
    });
  };
  const prober = new Prober({
    ...{ intervalMs, openNode: how.openNode ?? openNode, openImages: () => open, log },
    onWalk: () => undefined,
    onNode: reading => readings.push(reading),
    onTargets: () => undefined,
    onIdle: () => (counts.idle += 1),
    now: () => Date.now() + clock.ahead,
    random: () => 0,
  });
  const stop = new AbortController();
  const running = prober.run(stop.signal);
  t.teardown(async () => {
    stop.abort();
    await running;
    if (counts.opened !== counts.closed) throw new Error(`opened ${counts.opened}, closed ${counts.closed}`);
  });
  return { prober, walks, counts, log, readings, open, clock };
};

t.test('soon after the start the node is read and each registry walked; then it is ready', async t => {
  const { prober, walks, readings, counts } = start(t, { registries: ['a.test', 'b.test'] });
  t.equal(prober.firstWalkDone, false);
  await until('ready', () => prober.firstWalkDone);
  t.same(walks, [
    { registry: 'a.test', image: null },
    { registry: 'b.test', image: null },
  ]);
  t.match(readings, [{ checks: [{ id: 'node.disk' }], fingerprint: { a: 'b' } }]);
  t.ok(counts.opened <= 2, 'walks that start together share the node');
  await until('idle', () => counts.running === 0 && counts.idle > 0);
  t.equal(counts.idle, 1, 'it says once that nothing is walked any more');
});

t.test('one walk of a registry at a time, however many images of it fail at once', async t => {
  const played = start(t, { registries: ['a.test'] });
  const { prober, walks, counts, open, clock } = played;
  await until('ready', () => prober.firstWalkDone);
  clock.ahead += 60_000;
  for (let index = 0; index < 100; index += 1) {
    open.push(`a.test/app${index}:1`);
    prober.consider({ image: `a.test/app${index}:1`, cause: 'registry-error' });
  }
  await until('the images', () => walks.filter(walk => walk.image !== null).length === limits.probeImages);
  await until('rest', () => counts.running === 0);
  t.equal(walks.filter(walk => walk.image === null).length, 2, 'the registry once more');
  t.equal(counts.most, 1);
});

t.test('a failure that is the image’s own leaves its registry alone', async t => {
  const { prober, walks, open, clock } = start(t, { registries: ['a.test'] });
  await until('ready', () => prober.firstWalkDone);
  clock.ahead += 60_000;
  open.push('a.test/app:nope');
  prober.consider({ image: 'a.test/app:nope', cause: 'tag-not-found' });
  await until('the image', () => walks.length === 2);
  t.same(walks[1], { registry: 'a.test', image: 'a.test/app:nope' });
});

t.test('an image’s name that is none, and one without a registry’s answer, stop nothing', async t => {
  const { prober, walks, open, log } = start(t, { registries: ['a.test'] });
  open.push('UPPER/Case', '');
  prober.consider({ image: 'UPPER/Case', cause: 'image-name-invalid' });
  await until('ready', () => prober.firstWalkDone);
  t.equal(walks.length, 1);
  t.same(log.lines, []);
});

t.test('a fault of ours is logged once, leaves it not ready, and is tried again', async t => {
  let opened = 0;
  const openNode = (): Promise<ProbedNode> => {
    opened += 1;
    return Promise.reject(new Error('no such thing'));
  };
  const { prober, log, clock } = start(t, { openNode, open: ['a.test/app:1'] });
  await until('a round and a walk', () => opened >= 2);
  clock.ahead += 10 * 60_000;
  prober.look();
  await until('another', () => opened >= 4);
  t.match(log.lines, [{ level: 'error', message: 'cannot walk the pull path', facts: { error: /no such thing/ } }]);
  t.equal(log.lines.length, 1);
  t.equal(prober.firstWalkDone, false);
});

t.test('a walk that throws frees its registry', async t => {
  let first = true;
  const walk = (target: ProbeTarget): Promise<Walk> => {
    if (!first) return Promise.resolve(soundWalk(target));
    first = false;
    return Promise.reject(new Error('by chance'));
  };
  const { prober, walks, log, clock } = start(t, { registries: ['a.test'], walk });
  await until('the fault', () => log.lines.length === 1);
  clock.ahead += 10_000;
  prober.look();
  await until('the second', () => walks.length === 2);
});
