import t from 'tap';
import { eachPull, hasPulled, PulledTable } from '../../src/scope/pulled-table.ts';

const at = 1_700_000_000_999;

t.test('an image has one number as long as any node has it, and its number is used again', t => {
  const table = new PulledTable();
  const one = table.hold([
    { image: 'a', at: at + 1000 },
    { image: 'b', at },
  ]);
  const other = table.hold([{ image: 'b', at }]);
  t.same(table.namesIn(one), ['a', 'b']);
  t.same(table.namesIn(other), ['b']);
  t.equal(other[0], one[2]);
  const seen: [number, number][] = [];
  for (const from of [0, 1_700_000_001, 1_700_000_002]) eachPull(one, from, (id, second) => seen.push([id, second]));
  const newest = [table.idOf('a'), 1_700_000_001];
  t.same(seen, [newest, [table.idOf('b'), 1_700_000_000], newest]);
  t.equal(hasPulled(other, table.idOf('b') ?? -1), true);
  t.equal(hasPulled(other, table.idOf('a') ?? -1), false);
  table.release(one);
  t.equal(table.idOf('a'), null);
  t.not(table.idOf('b'), null, 'the other node has it still');
  table.release(other);
  t.equal(table.idOf('b'), null);
  const third = table.hold([{ image: 'c', at: 0 }]);
  t.same(table.namesIn(third), ['c']);
  t.equal(table.size, 2);
  t.end();
});

t.test('a number of a pull is no image', t => {
  const table = new PulledTable();
  table.hold([{ image: 'zero', at: 0 }]);
  const list = table.hold([{ image: 'a', at: 0 }]);
  t.equal(hasPulled(list, table.idOf('zero') ?? -1), false, 'the second 0 is not the image 0');
  t.end();
});
