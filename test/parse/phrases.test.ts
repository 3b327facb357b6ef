import { fc } from '../house/property.ts';
import t from 'tap';
import { expandBraces, phraseFinder } from '../../src/parse/phrases.ts';

t.test('finds what includes finds', t => {
  const letters = fc.constantFrom('a', 'b', ' ', '.', '(', '‹', 'é');
  const anyCase = fc.constantFrom('a', 'A', 'b', ' ', '.', '(', '‹', 'é', 'z', '\u0000');
  const phrase = fc.string({ unit: letters, minLength: 1, maxLength: 6 });
  const phrases = fc.uniqueArray(phrase, { maxLength: 20 });
  fc.assert(
    fc.property(phrases, fc.string({ unit: anyCase, maxLength: 200 }), (list, text) => {
      const wanted = list.flatMap((one, number) => (text.toLowerCase().includes(one) ? [number] : []));
      const finder = phraseFinder(list.map((one, number): [string, number] => [one, number]));
      t.same(
        [...new Set(finder.find(text))].sort((a, b) => a - b),
        wanted,
      );
      t.equal(finder.any(text), wanted.length > 0);
    }),
  );
  t.end();
});

t.test('writes braces out as a shell does', t => {
  t.same(expandBraces('plain'), ['plain']);
  t.same(expandBraces('{a,b}c'), ['ac', 'bc']);
  t.same(expandBraces('x{a,}{1,2}'), ['xa1', 'xa2', 'x1', 'x2']);
  t.end();
});
