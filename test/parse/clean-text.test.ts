import t from 'tap';
import { limits } from '../../src/model/limits.ts';
import { cleanText } from '../../src/parse/clean-text.ts';

t.test('colour, carriage returns, frames and unseen characters go', t => {
  const cases: [string, string][] = [
    ['\u001b[31mFailed\u001b[0m to\u001b]0;title\u0007 pull', 'Failed to pull'],
    ['a\r\nb\rc', 'a\nb\nc'],
    ['de\u200bnied \u202ereversed\u202c \ufeffend', 'denied reversed end'],
    ['a\u0000b\u0007', 'ab'],
    ['│ framed', '  framed'],
    ['tab\tand\nline', 'tab\tand\nline'],
    ['Grüße 世界', 'Grüße 世界'],
  ];
  for (const [given, wanted] of cases) t.equal(cleanText(given), wanted);
  t.end();
});

t.test('of a text without end, the head and the tail are kept', t => {
  const text = `head${'x'.repeat(10 * limits.explainChars)}tail`;
  const clean = cleanText(text);
  t.ok(clean.length <= limits.explainChars + 1);
  t.match(clean, /^head/);
  t.match(clean, /tail$/);
  t.end();
});
