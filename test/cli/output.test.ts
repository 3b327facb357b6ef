import { fc } from '../house/property.ts';
import t from 'tap';
import { cutShort, oneLine, painter, printJson, shorten, span, wrap } from '../../src/cli/output.ts';

t.test('colours come only where they are wanted', t => {
  t.equal(painter(false)('x', 'bad'), 'x');
  t.equal(painter(true)('x', 'bad'), '\u001b[31mx\u001b[0m');
  t.end();
});

t.test('what other machines say cannot command the terminal', t => {
  const nasty = 'a\u001b[2Jb\r\nc\u009b31md\u202ee\u0007';
  t.equal(oneLine(nasty), 'a [2Jb c 31md e');
  const json = printJson({ text: nasty });
  t.notMatch(json.trimEnd().replaceAll('\n', ''), /[\u0000-\u001f\u007f-\u009f\u202a-\u202e]/);
  t.same(JSON.parse(json), { text: nasty }, 'and JSON still says the same');
  t.end();
});

t.test('a span is told in its two largest units', t => {
  const cases: [number, string][] = [
    [-5, '0s'],
    [0, '0s'],
    [499, '0s'],
    [1000, '1s'],
    [59_000, '59s'],
    [60_000, '1m'],
    [200_000, '3m20s'],
    [3_600_000, '1h'],
    [3_660_000, '1h1m'],
    [90_000_000, '1d1h'],
    [864_000_000, '10d'],
  ];
  for (const [ms, text] of cases) t.equal(span(ms), text);
  t.end();
});

t.test('a text is cut in the middle, to the width asked for', t => {
  t.equal(shorten('abcdef', 6), 'abcdef');
  t.equal(shorten('abcdefgh', 5), 'ab…gh');
  t.equal(shorten('abcdefgh', 4), 'ab…h');
  t.equal(shorten('abcdefgh', 1), '…');
  t.equal(cutShort('the first words', 15), 'the first words');
  t.equal(cutShort('the first words', 11), 'the first…');
  t.equal(cutShort('words', 0), '…');
  t.end();
});

t.test('lines break between words where they can, and lose nothing', t => {
  t.same(wrap('one two three', 8), ['one two', 'three']);
  t.same(wrap('abcdefghij', 4), ['abcd', 'efgh', 'ij']);
  t.same(wrap('', 4), ['']);
  fc.assert(
    fc.property(fc.string({ maxLength: 200 }), fc.integer({ min: 4, max: 40 }), (text, width) => {
      const lines = wrap(text, width);
      const kept = lines.join('').replaceAll(/\s/g, '') === oneLine(text).replaceAll(/\s/g, '');
      return kept && lines.every(line => line.length <= width);
    }),
  );
  t.end();
});
