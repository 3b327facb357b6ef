import t from 'tap';
import { tableLines } from '../../src/cli/table.ts';
import { plainPage, plainPages } from './plain-page.ts';

const columns = [
  { heading: 'NAME', flexible: true },
  { heading: 'N', flexible: false },
  { heading: 'WHY', flexible: true },
];
const plain = { ...plainPage, wide: false, paintCell: (text: string) => text };

t.test('columns are as wide as they need to be', t => {
  t.same(
    tableLines(
      columns,
      [
        ['a', '10', 'x'],
        ['long-name', '1', ''],
      ],
      plain,
    ),
    ['NAME       N   WHY', 'a          10  x', 'long-name  1'],
  );
  t.end();
});

t.test('a table that is too wide gives way where it may, the widest first', t => {
  const row = ['a'.repeat(150), '12345', 'b'.repeat(20)];
  for (const { width } of plainPages)
    for (const line of tableLines(columns, [row], { ...plain, width })) t.ok(line.length <= width, line);
  const lines = tableLines(columns, [row], plain);
  t.match(lines[1], /^a+…a+ {2}12345 {2}b{20}$/);
  t.match(tableLines(columns, [['a'.repeat(150), '1', 'b']], { ...plain, wide: true })[1], /^a{150} {2}1/);
  t.end();
});

t.test('colours do not move the columns', t => {
  const paintCell = (text: string, row: number, column: number): string =>
    column === 0 && row === 0 ? `<${text}>` : text;
  t.same(tableLines(columns, [['a', '1', 'x']], { ...plain, paintCell })[1], '<a>     1  x');
  t.end();
});

t.test('a cell cannot break out of its line', t => {
  t.equal(tableLines(columns, [['a\n\u001b[31mb', '1', 'x']], plain).length, 2);
  t.notMatch(tableLines(columns, [['a\n\u001b[31mb', '1', 'x']], plain).join(''), /[\u0000-\u001f]/);
  t.end();
});
