import t from 'tap';
import { pageOf } from '../../src/aggregator/page.ts';
import { cursorOf } from '../../src/aggregator/query.ts';

t.test('pages of a computed list follow one another and end', t => {
  const items = [1, 2, 3];
  t.same(pageOf(items, 2, 0), { items: [1, 2], next: cursorOf('2') });
  t.same(pageOf(items, 2, 2), { items: [3], next: null });
  t.same(pageOf(items, 2, 9), { items: [], next: null });
  t.end();
});
