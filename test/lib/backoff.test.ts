import t from 'tap';
import { Backoff, sleep } from '../../src/lib/backoff.ts';

t.test('the wait doubles up to its bound and starts over after a success', t => {
  const backoff = new Backoff({ firstMs: 100, maxMs: 1000 }, () => 1);
  t.same(
    [1, 2, 3, 4, 5, 6].map(() => backoff.next()),
    [100, 200, 400, 800, 1000, 1000],
  );
  backoff.reset();
  t.equal(backoff.next(), 100);
  t.end();
});

t.test('chance takes at most half of a wait away', t => {
  t.equal(new Backoff({ firstMs: 100, maxMs: 1000 }, () => 0).next(), 50);
  const backoff = new Backoff({ firstMs: 1, maxMs: 30_000 });
  for (let round = 0; round < 100; round += 1) t.ok(backoff.next() <= 30_000);
  t.end();
});

t.test('a sleep ends early when the signal aborts, and at once when it has', async t => {
  const stop = new AbortController();
  setTimeout(() => stop.abort(), 5);
  await sleep(60_000, stop.signal);
  await sleep(60_000, stop.signal);
  t.ok(stop.signal.aborted);
});
