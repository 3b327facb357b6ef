import t from 'tap';
import { failAgain, nextAttempt, type PullBackoff } from '../../src/diagnose/pull-backoff.ts';

const seconds = (values: number[]): number[] => values.map(value => value * 1000);

/** The waits after failures at these seconds. */
const waits = (first: PullBackoff | null, times: number[]): (number | null)[] => {
  let backoff = first;
  return seconds(times).map(at => {
    backoff = failAgain(backoff, at);
    return backoff.waitMs === null ? null : backoff.waitMs / 1000;
  });
};

t.test('the wait doubles from 10 s to 300 s', t => {
  // The spacing of a real kubelet's attempts (1.36.2): +13, +24, +41, +80, +172, +313, +312.
  t.same(waits(null, [0, 13, 37, 78, 158, 330, 643, 955]), [10, 20, 40, 80, 160, 300, 300, 300]);
  t.end();
});

t.test('attempts that take long themselves double it all the same', t => {
  t.same(waits(null, [44, 87, 144]), [10, 20, 40]);
  t.end();
});

t.test('ten minutes after the last failure it is forgotten', t => {
  t.same(waits(null, [0, 13, 37, 700]), [10, 20, 40, 10]);
  t.end();
});

t.test('where the first failures were missed it is told from the gap of two', t => {
  const missed = { waitMs: null, failedAt: null };
  t.same(waits(missed, [0, 24, 65]), [null, 40, 80], 'a gap of 24 s was a wait of 20 s');
  t.same(waits(missed, [0, 20, 55]), [null, 40, 80], 'a gap of just 20 s was one too');
  t.same(waits(missed, [0, 172]), [null, 300]);
  t.same(waits(missed, [0, 312]), [null, 300]);
  t.end();
});

t.test('the next attempt comes when the wait is over, if that is known', t => {
  t.equal(nextAttempt({ waitMs: 10_000, failedAt: 5 }), 10_005);
  t.equal(nextAttempt({ waitMs: null, failedAt: 5 }), null);
  t.equal(nextAttempt({ waitMs: null, failedAt: null }), null);
  t.end();
});
