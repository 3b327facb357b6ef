import t from 'tap';
import { fc } from '../house/property.ts';
import { wrapWords } from '../../src/lib/wrap-words.ts';

t.test('a text is broken between its words, and a word that is too long within', t => {
  t.same(wrapWords('one two three', 8), ['one two', 'three']);
  t.same(wrapWords('abcdefghij k', 4), ['abcd', 'efgh', 'ij k']);
  t.same(wrapWords('', 4), ['']);
  t.end();
});

t.test('no line is wider, and nothing is lost but blanks', t => {
  fc.assert(
    fc.property(fc.string(), fc.integer({ min: 1, max: 40 }), (text, width) => {
      const lines = wrapWords(text, width);
      return lines.every(line => line.length <= width) && lines.join('').replace(/\s/g, '') === text.replace(/\s/g, '');
    }),
  );
  t.end();
});
