import t from 'tap';
import {
  askByHand,
  askEnded,
  holdBack,
  keepWaiting,
  pullBegins,
  pullCounts,
  startRecovery,
  takeTurns,
  turnEnded,
  type RecoveryAction,
  type RecoveryFacts,
} from '../../src/diagnose/recovery.ts';
import { limits } from '../../src/model/limits.ts';
import type { Herd, WaitingImage } from '../../src/model/recovery.ts';

const start = 1_000_000_000;
const waiting = (image: string, more: Partial<WaitingImage> = {}): WaitingImage => ({
  ...{ image, registry: 'reg.test', cause: 'network-timeout', retry: 'heals', isPrivate: false },
  ...{ step: { check: 'tcp.connect', host: 'reg.test' }, failedAt: start, nextAttemptAt: start + 10_000 },
  ...more,
});
const [one, two] = [waiting('reg.test/one:1'), waiting('reg.test/two:1')];

/** Recoveries with a clock of their own; nobody else waits unless told. */
const world = (mode: 'confirm' | 'recover' | 'off' = 'recover') => {
  const its = {
    now: start,
    herd: (): Herd | null | undefined => null,
    named: null as number | null,
    state: startRecovery(mode),
    nextAt: Infinity,
  };
  const facts = (): RecoveryFacts => ({ now: its.now, random: 1, herd: its.herd, namedAt: () => its.named });
  const step = (images: WaitingImage[]): RecoveryAction[] => {
    const taken = takeTurns(keepWaiting(its.state, images, facts()), facts());
    its.state = taken.state;
    its.nextAt = taken.nextAt;
    return taken.actions;
  };
  const keysOf = (actions: RecoveryAction[]): string[] =>
    actions.map(action =>
      action.do === 'ask' ? `ask ${action.step.check} ${action.keys.length}` : `turn ${action.track.key}`,
    );
  return {
    its,
    facts,
    step,
    see: (images: WaitingImage[]): string[] => keysOf(step(images)),
    asked: (keys: string[], passed: boolean) => (its.state = askEnded(its.state, keys, passed, facts())),
    turned: (key: string, end: Parameters<typeof turnEnded>[2]) =>
      (its.state = turnEnded(its.state, key, end, facts())),
  };
};

t.test('the broken step is asked once for all images behind it, then each has its turn, one a registry', t => {
  const { its, see, asked, turned } = world();
  t.same(see([one, two]), [], 'not at once');
  t.equal(its.nextAt, start + 2_000);
  its.now = its.nextAt;
  t.same(see([one, two]), ['ask tcp.connect 2']);
  t.same(see([one, two]), [], 'not again while it is asked');
  asked([one.image, two.image], false);
  its.now += 2_000;
  t.same(see([one, two]), ['ask tcp.connect 2']);
  asked([one.image, two.image], true);
  t.same(see([one, two]), ['turn reg.test/one:1'], 'one at a time a registry');
  turned(one.image, 'pulled');
  t.same(see([one, two]), ['turn reg.test/two:1']);
  turned(two.image, 'pulled');
  t.same(see([one, two]), [], 'and never again while it waits');
  t.equal(its.nextAt, Infinity);
  t.same(see([]), []);
  t.equal(its.state.tracks.length, 0);
  t.end();
});

t.test('two turns a node, however many registries', t => {
  const { see } = world();
  const blind = ['a', 'b', 'c'].map(name =>
    waiting(`${name}.test/x:1`, { registry: `${name}.test`, step: { check: 'pull', host: null } }),
  );
  t.same(see(blind), ['turn a.test/x:1', 'turn b.test/x:1']);
  t.end();
});

t.test('a pull that fails counts, backs off ever longer, and the step is asked again before the next', t => {
  const { its, see, asked, turned } = world();
  see([one]);
  const waits: number[] = [];
  for (let round = 0; round < 8; round += 1) {
    its.now = its.nextAt;
    t.same(see([one]), ['ask tcp.connect 1']);
    asked([one.image], true);
    t.same(see([one]), ['turn reg.test/one:1']);
    its.state = pullBegins(its.state, one.image, its.now);
    turned(one.image, 'failed');
    see([one]);
    waits.push(its.nextAt - its.now);
  }
  t.same(waits.slice(0, 3), [30_000, 60_000, 120_000]);
  t.equal(waits.at(-1), limits.recoverPullMaxMs);
  const [track] = its.state.tracks;
  t.ok(track !== undefined && pullCounts(its.state, track).hour.image > 4);
  its.now += 3_600_000;
  see([one]);
  t.equal(its.state.pulls.length, 0, 'an hour later they are forgotten');
  t.end();
});

t.test('a walk that meets another break goes back to asking, later each time', t => {
  const { its, see, asked, turned } = world();
  const waits: number[] = [];
  see([one]);
  for (let round = 0; round < 3; round += 1) {
    its.now = its.nextAt;
    see([one]);
    asked([one.image], true);
    see([one]);
    turned(one.image, 'broken');
    see([one]);
    waits.push(its.nextAt - its.now);
  }
  t.ok((waits[0] ?? 0) >= 6_000 && (waits[2] ?? 0) > (waits[0] ?? 0), JSON.stringify(waits));
  t.end();
});

t.test('nothing before the time that a registry named, and at that time a turn', t => {
  const { its, see } = world();
  const limited = waiting('reg.test/one:1', {
    cause: 'rate-limited',
    retry: 'wait',
    step: { check: 'registry.ping', host: 'reg.test' },
  });
  t.same(see([limited]), []);
  t.equal(its.nextAt, Infinity, 'no time named: nothing ever');
  its.named = start + 60_000;
  t.same(see([limited]), []);
  t.equal(its.nextAt, start + 60_000);
  its.now = start + 59_999;
  t.same(see([limited]), []);
  its.now = start + 60_000;
  t.same(see([limited]), [], 'its turn comes');
  t.equal(its.nextAt, its.now);
  t.same(see([limited]), ['turn reg.test/one:1']);
  t.same(see([limited, waiting('reg.test/other:1')]), []);
  its.named = start + 120_000;
  its.now = start + 100_000;
  t.same(see([limited, waiting('reg.test/other:1')]), [], 'what heals waits for the named time too');
  t.end();
});

t.test('a registry that says “now” and refuses again is asked ever later', t => {
  const { its, see, turned } = world();
  const limited = waiting('reg.test/one:1', { cause: 'rate-limited', retry: 'wait' });
  const turns: number[] = [];
  for (its.now = start; its.now < start + 600_000; its.now += 1000) {
    its.named = its.now;
    if (see([limited]).length > 0) {
      turns.push(its.now);
      turned('reg.test/one:1', 'broken');
    }
  }
  t.ok(turns.length >= 5 && turns.length <= 30, `${turns.length} walks in ten minutes`);
  t.end();
});

t.test('what a standing rule holds back is not even asked for', t => {
  const { its, see } = world();
  see([one]);
  its.state = holdBack(its.state, one.image, 'policy-always');
  its.now += 3_600_000;
  t.same(see([one]), []);
  t.equal(its.nextAt, Infinity);
  its.state = holdBack(its.state, one.image, null);
  t.same(see([one]), ['ask tcp.connect 1']);
  t.end();
});

t.test('a rule that passes is looked at again within seconds, another after a minute', t => {
  for (const [rule, wait] of [
    ['kubelet-is-pulling', limits.recoverHeldMs],
    ['disk-pressure', limits.recoverRuledMs],
    ['budget-spent', limits.recoverRuledMs],
  ] as const) {
    const { its, see, asked, turned } = world();
    see([one]);
    its.now = its.nextAt;
    see([one]);
    asked([one.image], true);
    see([one]);
    turned(one.image, rule);
    t.same(see([one]), []);
    t.equal(its.nextAt - its.now, wait, rule);
    its.now = its.nextAt;
    t.same(see([one]), ['turn reg.test/one:1']);
  }
  t.end();
});

t.test('confirm pulls a new failure once and watches nothing; off does nothing', t => {
  const { its, see, turned } = world('confirm');
  see([one]);
  its.now += limits.retryJitterMs;
  t.same(see([one]), ['turn reg.test/one:1']);
  turned(one.image, 'failed');
  its.now += 3_600_000;
  t.same(see([one]), []);
  const old = waiting('reg.test/old:1', { failedAt: its.now - limits.retryFreshMs - 1 });
  const never = waiting('reg.test/never:1', { retry: 'never', failedAt: its.now });
  const wait = waiting('reg.test/wait:1', { retry: 'wait', failedAt: its.now });
  see([old, never, wait]);
  its.now += 60_000;
  t.same(see([old, never, wait]), []);
  const off = world('off');
  off.see([one]);
  off.its.now += 60_000;
  t.same(off.see([one]), []);
  t.end();
});

t.test('a person’s request has its turn at once, also for what nobody waits for', t => {
  const { its, facts, see } = world();
  see([one]);
  its.state = askByHand(its.state, one, facts());
  its.state = askByHand(its.state, waiting('other.test/x:1', { registry: 'other.test' }), facts());
  t.same(see([one]), ['turn reg.test/one:1', 'turn other.test/x:1']);
  t.end();
});

t.test(
  'where it is not known who else waits, the turn comes by chance within a minute; at once when nobody does',
  t => {
    const { its, see, asked } = world();
    its.herd = () => undefined;
    see([one]);
    its.now = its.nextAt;
    see([one]);
    asked([one.image], true);
    t.same(see([one]), []);
    t.equal(its.nextAt - its.now, limits.recoverBlindMs);
    its.herd = () => null;
    t.same(see([one]), ['turn reg.test/one:1']);
    t.end();
  },
);

t.test('in a herd the step is asked, and the turn taken, in the node’s own place', t => {
  const { its, see, asked } = world();
  its.herd = () => ({ nodes: 1000, perSecond: 100, place: 500 });
  see([one]);
  const round = (1000 * 1000) / 6;
  t.equal(Math.round(its.nextAt % round), Math.round(round / 2));
  its.now = its.nextAt;
  see([one]);
  asked([one.image], true);
  t.same(see([one]), ['turn reg.test/one:1']);
  t.end();
});
