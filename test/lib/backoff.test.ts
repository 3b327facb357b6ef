import t from 'tap';
import { Backoff, sleep, Wake } from '../../src/lib/backoff.ts';

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

t.test('a wait ends with a notice, after its time, or when the signal aborts', async t => {
  const wake = new Wake();
  const stop = new AbortController();
  const waiting = wake.wait(stop.signal);
  wake.notify();
  await waiting;
  await wake.wait(stop.signal, 5);
  const last = wake.wait(stop.signal, 1e12);
  setTimeout(() => stop.abort(), 5);
  await last;
  await wake.wait(stop.signal);
  t.ok(stop.signal.aborted);
});

t.test('a notice that comes while nobody waits ends the next wait, and only that', async t => {
  const wake = new Wake();
  const { signal } = new AbortController();
  wake.notify();
  wake.notify();
  await wake.wait(signal);
  let ended = false;
  const second = wake.wait(signal).then(() => (ended = true));
  await new Promise(resolve => setImmediate(resolve));
  t.equal(ended, false);
  wake.notify();
  await second;
});
