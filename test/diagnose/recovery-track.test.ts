import t from 'tap';
import { newTrack, nextAsk, turnComes, updated } from '../../src/diagnose/recovery-track.ts';
import { limits } from '../../src/model/limits.ts';
import type { Herd, WaitingImage } from '../../src/model/recovery.ts';

const now = 1_000_000_000;
const image: WaitingImage = {
  ...({ image: 'reg.test/x:1', registry: 'reg.test', cause: 'network-timeout', retry: 'heals' } as const),
  ...{ isPrivate: false, step: { check: 'tcp.connect', host: 'reg.test' }, failedAt: now, nextAttemptAt: null },
};
const facts = (herd: () => Herd | null | undefined = () => null) => ({
  ...{ now, random: 1, herd, namedAt: () => null },
});

t.test('a new image is watched; what no step tells of has its turn; what waits for a time is due with it', t => {
  t.match(newTrack(image, 'recover', facts()), { phase: 'broken', dueAt: now + limits.recoverFirstMs });
  t.match(newTrack({ ...image, step: { check: 'pull', host: null } }, 'recover', facts()), { phase: 'healed' });
  t.match(newTrack({ ...image, retry: 'wait' }, 'recover', facts()), { phase: 'broken', dueAt: now });
  t.end();
});

t.test('confirm tries only what is new and may heal', t => {
  t.match(newTrack(image, 'confirm', facts()), { phase: 'healed', dueAt: now + limits.retryJitterMs });
  t.equal(newTrack({ ...image, retry: 'never' }, 'confirm', facts()).phase, 'done');
  t.equal(newTrack({ ...image, failedAt: now - limits.retryFreshMs - 1 }, 'confirm', facts()).phase, 'done');
  t.end();
});

t.test('a turn comes at once where nobody else waits, in its place in a herd, by chance where that is not known', t => {
  const track = newTrack(image, 'recover', facts());
  t.match(turnComes(track, facts()), { phase: 'healed', dueAt: now, blind: false });
  t.match(
    turnComes(
      track,
      facts(() => undefined),
    ),
    { dueAt: now + limits.recoverBlindMs, blind: true },
  );
  const herd = { nodes: 1000, perSecond: 15, place: 500 };
  t.ok(
    turnComes(
      track,
      facts(() => herd),
    ).dueAt > now,
  );
  t.end();
});

t.test('another step is asked soon, the same is not asked sooner', t => {
  const old = { ...newTrack(image, 'recover', facts()), dueAt: now + 25_000 };
  t.equal(updated(old, { ...image, failedAt: now + 5 }, facts()).dueAt, old.dueAt);
  const other = { ...image, step: { check: 'registry.ping', host: 'reg.test' } };
  t.equal(updated(old, other, facts()).dueAt, nextAsk(old, facts()));
  t.end();
});
