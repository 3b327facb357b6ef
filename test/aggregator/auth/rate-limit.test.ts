import t from 'tap';
import { RateLimit } from '../../../src/aggregator/auth/rate-limit.ts';

t.test('a burst passes, then so many a second, each client by itself', t => {
  const limit = new RateLimit({ perSecond: 2, burst: 3 }, 10);
  t.same(
    [0, 0, 0, 0].map(() => limit.take('a', 1000)),
    [0, 0, 0, 500],
    'the fourth waits half a second',
  );
  t.equal(limit.take('b', 1000), 0, 'another client is not held up');
  t.equal(limit.take('a', 1250), 250, 'refused ones cost nothing');
  t.equal(limit.take('a', 1500), 0);
  t.equal(limit.take('a', 1500), 500);
  t.equal(limit.take('a', 900), 500, 'a clock that goes back gives nothing away');
  t.end();
});

t.test('a look takes nothing', t => {
  const limit = new RateLimit({ perSecond: 1, burst: 1 }, 10);
  t.same([limit.waitOf('a', 0), limit.waitOf('a', 0), limit.take('a', 0), limit.waitOf('a', 0)], [0, 0, 0, 1000]);
  t.end();
});

t.test('memory is bounded: the client heard of longest ago is forgotten', t => {
  const limit = new RateLimit({ perSecond: 1, burst: 1 }, 2);
  for (const client of ['a', 'b', 'c']) limit.take(client, 0);
  t.equal(limit.waitOf('a', 0), 0);
  t.equal(limit.waitOf('c', 0), 1000);
  const again = new RateLimit({ perSecond: 1, burst: 1 }, 2);
  for (const client of ['a', 'b', 'a', 'c']) again.take(client, 0);
  t.equal(again.waitOf('a', 0), 1000, 'heard of again since');
  t.end();
});
