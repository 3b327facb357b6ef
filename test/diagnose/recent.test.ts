import t from 'tap';
import { Recent } from '../../src/diagnose/recent.ts';

t.test('the newest are kept, and one named again is new again', t => {
  const recent = new Recent<number>(2, [['a', 1]]);
  recent.set('b', 2);
  recent.set('a', 3);
  recent.set('c', 4);
  t.same(recent.values(), [3, 4]);
  t.equal(recent.get('b'), null);
  t.equal(recent.get('a'), 3);
  recent.delete('a');
  t.same(recent.values(), [4]);
  t.end();
});
