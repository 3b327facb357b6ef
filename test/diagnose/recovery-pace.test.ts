import t from 'tap';
import { cadence, roundOf, turnAt } from '../../src/diagnose/recovery-pace.ts';
import { limits } from '../../src/model/limits.ts';
import { fc } from '../house/property.ts';

t.test('a broken step is asked after 2 s at first and 30 s at last, up to a quarter sooner', t => {
  const wait = (elapsedMs: number, random = 1, heavy = 0): number => cadence({ elapsedMs, heavy, random });
  t.equal(wait(0), 2_000);
  t.equal(wait(0, 0), 1_500);
  t.equal(wait(600_000), 10_000);
  t.equal(wait(10 * 3_600_000), 30_000);
  t.ok(wait(0, 1, 1) >= 6_000, 'a walk less often');
  t.ok(wait(0, 1, 3) > wait(0, 1, 1), 'and less still when it was in vain');
  t.equal(wait(10 * 3_600_000, 1, 9), 60_000);
  t.end();
});

t.test('nodes of a herd never share a place, and none waits longer than a round', t => {
  fc.assert(
    fc.property(fc.integer({ min: 2, max: 400 }), fc.integer({ min: 0, max: 2 ** 40 }), (nodes, at) => {
      const herds = Array.from({ length: nodes }, (_none, place) => ({ nodes, perSecond: 100, place }));
      const [first] = herds;
      const round = first === undefined ? 0 : roundOf(first);
      const turns = herds.map(herd => turnAt(at, herd)).sort((a, b) => a - b);
      if (!turns.every(turn => turn >= at && turn <= at + round + 1)) return false;
      if (round <= limits.recoverFirstMs) return turns.every(turn => turn === at);
      const gap = Math.min(...turns.slice(1).map((turn, index) => turn - (turns[index] ?? 0)));
      return gap > (0.99 * 1000 * limits.recoverTurnRequests) / 100;
    }),
  );
  t.equal(turnAt(5, null), 5);
  t.ok(roundOf({ nodes: 10, perSecond: 0.1, place: 0 }) <= 10 * 60_000, 'at the smallest rate a turn a minute');
  t.end();
});
