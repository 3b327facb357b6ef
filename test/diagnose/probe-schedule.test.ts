import t from 'tap';
import {
  beginRound,
  isAllWalked,
  keepImages,
  registryFailed,
  startSchedule,
  takeDue,
  targetsOf,
  walkEnded,
  type ProbeSchedule,
  type ProbeTarget,
} from '../../src/diagnose/probe-schedule.ts';
import type { WalkOutcome } from '../../src/diagnose/walk-outcome.ts';
import { limits } from '../../src/model/limits.ts';
import { fc } from '../house/property.ts';

const minute = 60_000;
const interval = 5 * minute;
const sound: WalkOutcome = { broken: false, reached: true, hosts: [{ host: 'a.test', requests: 3 }], notBefore: null };
const broken: WalkOutcome = { broken: true, reached: false, hosts: [{ host: 'a.test', requests: 0 }], notBefore: null };
const registry = (name: string): ProbeTarget => ({ registry: name, image: null });
const image = (name: string, of = 'a.test'): ProbeTarget => ({ registry: of, image: `${of}/${name}:1` });
const at = (now: number, random = 0.5): { now: number; random: number } => ({ now, random });

/** Plays the agent: takes what is due at each moment it is told of, and each walk ends after `walkMs`. */
const play = (
  first: ProbeSchedule,
  how: {
    from: number;
    to: number;
    registries: string[];
    outcome: (target: ProbeTarget, at: number) => WalkOutcome;
    open?: ProbeTarget[];
  },
): { schedule: ProbeSchedule; walks: { target: ProbeTarget; at: number }[] } => {
  const walks: { target: ProbeTarget; at: number }[] = [];
  const { registries, outcome, open = [] } = how;
  let schedule = first;
  for (let now = how.from; now < how.to;) {
    if (now >= schedule.roundAt) schedule = beginRound(schedule, registries, at(now));
    const due = takeDue(keepImages(schedule, open, now), now);
    schedule = due.schedule;
    for (const target of due.targets) {
      walks.push({ target, at: now });
      schedule = walkEnded(schedule, target, outcome(target, now), at(now + 10));
    }
    now = due.targets.length > 0 ? now + 10 : Math.max(due.nextAt, now + 1);
  }
  return { schedule, walks };
};

t.test('the first round comes soon after the start, each further one after the interval, give or take a tenth', t => {
  t.ok(startSchedule(interval, at(1000, 0)).roundAt > 1000);
  t.equal(startSchedule(interval, at(1000, 1)).roundAt, 1000 + limits.probeFirstMs);
  const rounds = [0, 1].map(random => beginRound(startSchedule(interval, at(0)), [], at(minute, random)).roundAt);
  t.same(rounds, [minute + 0.9 * interval, minute + 1.1 * interval]);
  t.end();
});

t.test('a sound registry is walked once a round, all of a round side by side', t => {
  const registries = Array.from({ length: 5 }, (_, index) => `r${index}.test`);
  const { walks } = play(startSchedule(interval, at(0)), {
    from: 0,
    to: 31 * minute,
    registries,
    outcome: () => sound,
  });
  for (const name of registries) t.equal(walks.filter(walk => walk.target.registry === name).length, 7, name);
  t.equal(new Set(walks.map(walk => walk.at)).size, 7);
  t.end();
});

t.test('no more than so many walks go on at a time, and one of each registry', t => {
  const registries = Array.from({ length: 30 }, (_, index) => `r${index}.test`);
  const begun = beginRound(startSchedule(interval, at(0)), registries, at(10));
  const first = takeDue(begun, 10);
  t.equal(first.targets.length, limits.walksAtOnce);
  t.equal(takeDue(first.schedule, 10).targets.length, 0);
  const [target = registry('')] = first.targets;
  t.equal(takeDue(walkEnded(first.schedule, target, sound, at(20)), 20).targets.length, 1, 'the end of one makes room');
  t.notOk(isAllWalked(begun));
  t.end();
});

t.test('a broken path is walked again soon, then ever later, and with the rounds when nobody waits for it', t => {
  const outcome = (): WalkOutcome => broken;
  const { walks } = play(startSchedule(interval, at(0)), { from: 0, to: 4 * minute, registries: ['a.test'], outcome });
  const gaps = walks.slice(1).map((walk, index) => Math.round((walk.at - (walks[index]?.at ?? 0)) / 1000));
  t.same(gaps, [5, 10, 20, 40, 80]);
  const long = play(startSchedule(interval, at(0)), { from: 0, to: 60 * minute, registries: ['a.test'], outcome });
  const later = long.walks.filter(walk => walk.at > 20 * minute).length;
  t.ok(later <= 9, `${later} in 40 minutes`);
  t.end();
});

t.test('while a pod waits for a broken registry it is walked at least once a minute, and its image not at all', t => {
  const open = [image('app')];
  const outcome = (): WalkOutcome => broken;
  const { walks } = play(startSchedule(interval, at(0)), { from: 0, to: 30 * minute, registries: [], outcome, open });
  t.ok(walks.every(walk => walk.target.image === null));
  for (const [index, walk] of walks.entries())
    t.ok(walk.at - (walks[index - 1]?.at ?? 0) <= 1.25 * limits.probeBrokenMaxMs, `${walk.at}`);
  t.end();
});

t.test('once the registry is reached again its images are walked at once', t => {
  const outcome = (_target: ProbeTarget, now: number): WalkOutcome => (now < 60_000 ? broken : sound);
  const how = { from: 0, to: 10 * minute, registries: ['a.test'], outcome, open: [image('app')] };
  const { walks } = play(startSchedule(interval, at(0)), how);
  const healed = walks.findIndex(walk => walk.at >= 60_000);
  t.equal(walks[healed]?.target.image, null);
  t.match(walks[healed + 1], { target: image('app') });
  t.ok((walks[healed + 1]?.at ?? Infinity) - (walks[healed]?.at ?? 0) < 1000);
  t.end();
});

t.test('a storm of 100 failing images is one walk of the registry and some of its images', t => {
  const open = Array.from({ length: 100 }, (_, index) => image(`app${index}`));
  let schedule = beginRound(startSchedule(interval, at(0)), ['a.test'], at(0));
  schedule = play(schedule, { from: 0, to: 10, registries: ['a.test'], outcome: () => sound }).schedule;
  const walks: ProbeTarget[] = [];
  for (let now = minute; now < minute + 2000; now += 20) {
    schedule = keepImages(registryFailed(schedule, 'a.test', now), open, now);
    const due = takeDue(schedule, now);
    schedule = due.schedule;
    walks.push(...due.targets);
    for (const target of due.targets) schedule = walkEnded(schedule, target, sound, at(now + 10));
  }
  t.equal(walks.filter(target => target.image === null).length, 1);
  t.equal(walks.filter(target => target.image !== null).length, limits.probeImages);
  t.end();
});

t.test('a failure is walked at once unless a walk is fresh, under way, or found the break already', t => {
  const start = startSchedule(interval, at(0));
  t.same(takeDue(registryFailed(start, 'a.test', 5), 5).targets, [registry('a.test')], 'never walked');
  const walked = play(registryFailed(start, 'a.test', 5), {
    from: 5,
    to: 20,
    registries: [],
    outcome: () => sound,
  }).schedule;
  t.same(takeDue(registryFailed(walked, 'a.test', 1000), 1000).targets, [], 'fresh');
  t.same(takeDue(registryFailed(walked, 'a.test', minute), minute).targets, [registry('a.test')]);
  const busy = takeDue(registryFailed(start, 'a.test', 5), 5).schedule;
  t.same(takeDue(registryFailed(busy, 'a.test', minute), minute).targets, [], 'under way');
  const known = walkEnded(busy, registry('a.test'), broken, at(10));
  t.same(takeDue(registryFailed(known, 'a.test', 4000), 4000).targets, [], 'known to be broken');
  t.equal(takeDue(registryFailed(known, 'a.test', 4000), 6000).targets.length, 1, 'and walked when that is due');
  t.end();
});

t.test('images that are pulled, and registries that are gone, are walked no more', t => {
  const open = [image('one'), image('two')];
  let schedule = keepImages(beginRound(startSchedule(interval, at(0)), ['b.test'], at(0)), open, 0);
  t.equal(targetsOf(schedule).length, 4);
  schedule = keepImages(schedule, [image('two')], 5);
  t.same(targetsOf(schedule), [registry('b.test'), registry('a.test'), image('two')]);
  schedule = beginRound(keepImages(schedule, [], 6), [], at(10));
  t.same(targetsOf(schedule), []);
  t.end();
});

t.test('with interval 0 only what fails is walked, again while it is broken, and forgotten when nobody waits', t => {
  const off = startSchedule(0, at(0));
  const outcome = (_target: ProbeTarget, now: number): WalkOutcome => (now < minute ? broken : sound);
  t.same(play(off, { from: 0, to: 60 * minute, registries: ['a.test', 'b.test'], outcome: () => sound }).walks, []);
  const { walks, schedule } = play(off, {
    from: 0,
    to: 60 * minute,
    registries: ['b.test'],
    outcome,
    open: [image('app')],
  });
  t.ok(walks.every(walk => walk.target.registry === 'a.test'));
  t.equal(walks.filter(walk => walk.at >= minute).length, 2, 'the registry and its image, once healed');
  t.same(targetsOf(beginRound(keepImages(schedule, [], 1), ['a.test'], at(2))), []);
  t.end();
});

t.test('a registry that names a time is left alone until then', t => {
  const outcome = (): WalkOutcome => ({ ...broken, reached: true, notBefore: 20 * minute });
  const open = [image('app')];
  const { walks } = play(startSchedule(interval, at(0)), {
    from: 0,
    to: 20 * minute,
    registries: ['a.test'],
    outcome,
    open,
  });
  t.equal(walks.length, 1);
  const far = walkEnded(
    takeDue(beginRound(startSchedule(interval, at(0)), ['a.test'], at(0)), 0).schedule,
    registry('a.test'),
    { ...sound, notBefore: 1e15 },
    at(10),
  );
  t.equal(far.holds['a.test'], 10 + limits.probeHoldMs, 'but for a day at most');
  const held = walkEnded(far, registry('a.test'), { ...sound, notBefore: 5 * minute }, at(20));
  t.equal(held.holds['a.test'], 10 + limits.probeHoldMs, 'and a shorter pause does not end a longer one');
  t.end();
});

t.test('property: whatever fails, a host gets no more requests in an hour than its budget', t => {
  const step = fc.record({
    waitMs: fc.integer({ min: 0, max: 20_000 }),
    fails: fc.boolean(),
    breaks: fc.boolean(),
    requests: fc.integer({ min: 0, max: limits.probeRequests }),
    images: fc.integer({ min: 0, max: 8 }),
    random: fc.double({ min: 0, max: 1, noNaN: true }),
  });
  fc.assert(
    fc.property(fc.array(step, { minLength: 200, maxLength: 600 }), steps => {
      const sent: { at: number; requests: number }[] = [];
      let now = 7;
      let schedule = startSchedule(30_000, at(now));
      for (const { waitMs, fails, breaks, requests, images, random } of steps) {
        now += waitMs;
        if (now >= schedule.roundAt) schedule = beginRound(schedule, ['a.test', 'b.test'], { now, random });
        if (fails) schedule = registryFailed(schedule, 'a.test', now);
        const open = Array.from({ length: images }, (_, index) => image(`app${index}`));
        const due = takeDue(keepImages(schedule, open, now), now);
        schedule = due.schedule;
        for (const target of due.targets) {
          sent.push({ at: now, requests });
          // Two registries behind one mirror share its budget.
          const outcome = {
            broken: breaks,
            reached: true,
            hosts: [{ host: 'mirror.test', requests }],
            notBefore: null,
          };
          schedule = walkEnded(schedule, target, outcome, { now, random });
        }
        const hour = sent.filter(one => one.at > now - 3_600_000).reduce((sum, one) => sum + one.requests, 0);
        if (hour > limits.probeHourRequests) return false;
      }
      return true;
    }),
  );
  t.end();
});
