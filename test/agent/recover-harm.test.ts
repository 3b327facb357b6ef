import t from 'tap';
import { recoveryRules, type RecoveryRule } from '../../src/diagnose/recovery-rules.ts';
import { limits } from '../../src/model/limits.ts';
import { check, image, start, waiting, walkOf, type Played, type World } from './recover-world.ts';

t.setTimeout(290_000);

type Case = {
  world?: Partial<World>;
  /** What leads to it; pulls that it takes are not counted. */
  before?: (its: Played) => Promise<void> | void;
  /** How long the rule forbids, seconds. */
  lasts?: number;
  /** Ends what the rule is about; then the image must be pulled, or the case would show nothing. */
  ends: (its: Played) => Promise<void> | void;
  /** The turn does not begin, so that nothing is told of the rule. */
  silent?: true;
};

const limited = waiting({ cause: 'rate-limited', retry: 'wait', step: { check: 'registry.ping', host: 'reg.test' } });
const told = (seconds: number | null) =>
  walkOf([
    check('registry.ping', {
      ...{ outcome: 'fail', code: 'rate-limited' },
      facts: seconds === null ? {} : { retryAfterSeconds: seconds },
    }),
  ]);
const failing = { ok: false as const, code: 'UNKNOWN' as const, details: 'EOF' };
const pulled = { ok: true as const, value: 'sha256:1' };

/** Pulls of other images that go on until they are let go. */
const hanging = async (its: Played, registries: string[]): Promise<void> => {
  let release = (): void => undefined;
  its.world.answer = new Promise(resolve => (release = () => resolve(pulled)));
  its.letGo = () => {
    release();
    its.world.answer = pulled;
  };
  const others = registries.map(registry =>
    waiting({ image: `${registry}/other:1`, registry, step: { check: 'pull', host: null } }),
  );
  its.world.images = others;
  await its.pass(5);
  its.world.images = [...others, waiting()];
};

/** One case of each rule: the type asks for it, so that no rule comes without one. */
const cases: Record<RecoveryRule, Case> = {
  'pod-gone': { world: { images: [] }, ends: ({ world }) => void (world.images = [waiting()]) },
  'cause-never': {
    world: { images: [waiting({ cause: 'tag-not-found', retry: 'never', step: { check: 'none', host: null } })] },
    ends: ({ world }) => void (world.images = [waiting()]),
  },
  'policy-always': {
    world: { images: [waiting({ policy: 'Always' })], tells: true },
    ends: ({ world }) => void (world.images = [waiting({ policy: 'IfNotPresent' })]),
  },
  'policy-awaited': {
    ...{ world: { tells: true }, lasts: limits.policyWaitMs / 1000 - 1 },
    ends: ({ world }) => void (world.images = [waiting({ policy: 'IfNotPresent' })]),
  },
  'needs-credentials': {
    world: { images: [waiting({ isPrivate: true })] },
    ends: ({ world }) => void (world.auth = { username: 'robot', password: 'x' }),
  },
  'verification-required': {
    world: { verification: 'AlwaysVerify' },
    ends: ({ world }) => void (world.verification = 'NeverVerifyPreloadedImages'),
  },
  'no-time-named': {
    world: { images: [limited] },
    before: ({ recoverer }) => recoverer.noteWalk(told(null)),
    ends: ({ recoverer, now }) => recoverer.noteWalk({ ...told(5), startedAt: now() }),
  },
  'not-yet': {
    world: { images: [limited] },
    before: ({ recoverer }) => recoverer.noteWalk(told(400)),
    ends: ({ pass }) => pass(110),
    silent: true,
  },
  'runtime-down': { world: { down: true }, ends: ({ world }) => void (world.down = false) },
  'already-there': { world: { present: true }, ends: ({ world }) => void (world.present = false) },
  'pulled-in-vain': {
    before: ({ pass }) => pass(5),
    ends: async ({ world, pass }) => {
      world.images = [];
      await pass(2);
      world.images = [waiting()];
    },
  },
  'kubelet-is-pulling': {
    before: ({ running }) => running.apply({ kind: 'pull-started', at: 0, image }),
    ends: ({ running }) => running.apply({ kind: 'image-pulled', at: 0, image }),
  },
  'disk-pressure': { world: { free: 18 }, ends: ({ world }) => void (world.free = 50) },
  'backing-off': {
    world: { answer: failing },
    before: ({ pass }) => pass(5),
    ...{ lasts: 20, silent: true },
    ends: ({ world }) => void (world.answer = pulled),
  },
  'registry-busy': { before: its => hanging(its, ['reg.test']), ends: its => its.letGo(), silent: true },
  'node-busy': { before: its => hanging(its, ['a.test', 'b.test']), ends: its => its.letGo(), silent: true },
  'budget-spent': {
    world: { answer: failing },
    before: async ({ seen, pass }) => {
      while (seen.pulled.length < limits.recoverImageHour) await pass(10, 5);
    },
    ends: async ({ world, pass }) => {
      world.answer = pulled;
      await pass(3600, 60);
    },
    lasts: 1500,
  },
};

for (const [rule, { world, before, lasts = 300, ends, silent = false }] of Object.entries(cases))
  t.test(`${rule}: zero pulls while it forbids, and a pull after it`, async t => {
    const its = start(t, world);
    await before?.(its);
    const pulls = (): number => its.seen.pulled.filter(one => one === image).length;
    const earlier = pulls();
    its.recoverer.ask(image);
    await its.pass(lasts, lasts > 600 ? 60 : 1);
    t.equal(pulls(), earlier, 'also where a person asks for it');
    if (!silent)
      t.match(
        its.records.findLast(({ byHand }) => byHand),
        { rule, outcome: 'failed', message: /^not pulled: / },
      );
    await ends(its);
    await its.pass(120);
    t.ok(pulls() > earlier, 'pulled when nothing forbids it');
  });

t.test('every rule has its case', t => {
  t.same(Object.keys(cases), Object.keys(recoveryRules));
  t.end();
});

t.test('what a standing rule forbids is not asked for either', async t => {
  const standing = Object.entries(cases).filter(([rule]) => /never|always|credentials|verif|named/.test(rule));
  t.equal(standing.length, 5);
  for (const [rule, { world, before }] of standing) {
    const its = start(t, world);
    await before?.(its);
    await its.pass(300);
    t.same([its.seen.asked, its.seen.walked, its.seen.pulled], [0, 0, []], rule);
    t.match(its.notes(), { state: 'refused', code: rule }, 'and the finding says why');
  }
});

t.test('without a tag, or with latest, the policy counts as Always until the cluster says otherwise', async t => {
  for (const name of ['reg.test/app', 'reg.test/app:latest']) {
    const its = start(t, { images: [waiting({ image: name })] });
    await its.pass(300);
    t.same(its.seen.pulled, [], name);
    its.world.images = [waiting({ image: name, policy: 'IfNotPresent' })];
    await its.pass(30);
    t.same(its.seen.pulled, [name]);
  }
});

t.test('a policy that is told between the walk and the pull stops the pull', async t => {
  const its = start(t);
  its.onWalk = () => (its.world.images = [waiting({ policy: 'Always' })]);
  await its.pass(60);
  t.equal(its.seen.walked, 1);
  t.same(its.seen.pulled, []);
});

t.test('where the cluster never tells, the agent waits for a moment only', async t => {
  const its = start(t, { tells: true });
  await its.pass(limits.policyWaitMs / 1000 + 10);
  t.same(its.seen.pulled, [image]);
});
