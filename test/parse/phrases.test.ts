import fc from 'fast-check';
import t from 'tap';
import { expandBraces, phraseFinder } from '../../src/parse/phrases.ts';

t.test('finds every phrase that begins where a word or a sign begins', t => {
  const letters = fc.constantFrom('a', 'b', ' ', ':', '1', '‹', 'é');
  const phrase = fc.string({ unit: letters, minLength: 3, maxLength: 6 });
  fc.assert(
    fc.property(fc.array(phrase, { maxLength: 20 }), fc.string({ unit: letters, maxLength: 200 }), (phrases, text) => {
      const begins = (one: string): boolean =>
        Array.from({ length: text.length }, (_none, at) => at).some(
          at => text.startsWith(one, at) && (!/[a-z ]/.test(text[at] ?? '') || !/[a-z]/.test(text[at - 1] ?? '')),
        );
      const wanted = phrases.flatMap((one, number) => (begins(one) ? [number] : []));
      const finder = phraseFinder(phrases);
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
