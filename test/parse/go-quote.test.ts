import { fc } from '../house/property.ts';
import t from 'tap';
import { readQuoted, unescapeGo } from '../../src/parse/go-quote.ts';

t.test('undoes the escapes of strconv.Quote', t => {
  const cases: [string, string][] = [
    ['plain', 'plain'],
    [String.raw`a \"b\" \\ c`, 'a "b" \\ c'],
    [String.raw`\a\b\f\n\r\t\v`, '\u0007\b\f\n\r\t\v'],
    [String.raw`\x1b[0m \u00a0 \U0001f600`, '\u001b[0m \u00a0 😀'],
    [String.raw`\101\\`, 'A\\'],
    [String.raw`\q stays, and \x1 and \U00`, String.raw`\q stays, and \x1 and \U00`],
    [String.raw`\UFFFFFFFF`, '\ufffd'],
    ['ends in a backslash\\', 'ends in a backslash\\'],
  ];
  for (const [given, wanted] of cases) t.equal(unescapeGo(given), wanted, given);
  t.end();
});

t.test('reads a quoted string to its own closing quote', t => {
  t.same(readQuoted('x="a \\"b\\" c" y', 2), { value: 'a "b" c', end: 13, closed: true });
  t.same(readQuoted('"ends in \\\\" then', 0), { value: 'ends in \\', end: 12, closed: true });
  t.same(readQuoted('"cut off \\"here', 0), { value: 'cut off "here', end: 15, closed: false });
  t.end();
});

t.test('whatever JSON quotes comes back, since Go quotes the same way', t => {
  const text = fc.string({ unit: 'binary' }).filter(value => !/[\ud800-\udfff]/.test(value));
  fc.assert(
    fc.property(text, value => {
      const quoted = JSON.stringify(value);
      t.same(readQuoted(quoted, 0), { value, end: quoted.length, closed: true });
    }),
  );
  t.end();
});
