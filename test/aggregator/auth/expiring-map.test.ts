import t from 'tap';
import { ExpiringMap } from '../../../src/aggregator/auth/expiring-map.ts';

t.test('a value is known until its time and not longer', t => {
  const map = new ExpiringMap<number>(2);
  map.set('a', 1, 100);
  t.equal(map.get('a', 99), 1);
  t.equal(map.get('a', 100), undefined);
  t.equal(map.get('a', 50), undefined, 'what has ended does not come back');
  t.end();
});

t.test('a full map forgets what it has known longest', t => {
  const map = new ExpiringMap<number>(2);
  for (const [index, key] of ['a', 'b', 'a', 'c'].entries()) map.set(key, index, 100);
  t.same(
    ['a', 'b', 'c'].map(key => map.get(key, 0)),
    [2, undefined, 3],
  );
  t.end();
});
