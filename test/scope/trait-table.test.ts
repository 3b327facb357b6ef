import t from 'tap';
import { TraitTable } from '../../src/scope/trait-table.ts';

t.test('a value that no node has any more makes room for another', t => {
  const table = new TraitTable();
  const one = table.hold(
    new Map([
      ['zone', 'a'],
      ['runtime', 'x'],
    ]),
  );
  const other = table.hold(new Map([['zone', 'a']]));
  t.equal(one[0], other[0], 'the same value is the same number');
  table.release(one);
  t.equal(table.names[other[0] ?? -1], 'zone', 'as long as one node has it');
  t.notOk(table.names.includes('runtime'));
  for (let round = 0; round < 100; round += 1) table.release(table.hold(new Map([['egress', `address-${round}`]])));
  t.equal(table.size, 2, 'a value of its own for each node does not add up');
  t.end();
});
