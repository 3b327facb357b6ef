import t from 'tap';
import { goGlob, isGoGlob } from '../../src/parse/go-glob.ts';

t.test('names are matched as by Go’s filepath.Match', t => {
  // Most of them from path/filepath/match_test.go's kinds; 'bad' is ErrBadPattern.
  const cases: [string, string, boolean | 'bad'][] = [
    ['abc', 'abc', true],
    ['abc', 'abcd', false],
    ['*', '', true],
    ['*', 'abc', true],
    ['*c', 'abc', true],
    ['a*', 'a/b', false],
    ['a*/b', 'abc/b', true],
    ['a*/b', 'a/c/b', false],
    ['a*b*c', 'aXbYbZc', true],
    ['a*b*c', 'aXbYbZ', false],
    ['**', 'ab', true],
    ['a?c', 'abc', true],
    ['a?c', 'a/c', false],
    ['a?c', 'aéc', true],
    ['a?c', 'a😀c', true],
    ['[a-c]x', 'bx', true],
    ['[a-c]x', 'dx', false],
    ['[^a-c]x', 'dx', true],
    ['[^a-c]x', 'ax', false],
    ['[c-a]', 'b', false],
    ['[ab^]', '^', true],
    ['[\\]a]', ']', true],
    ['[\\-]', '-', true],
    ['[x\\-]', 'z', false],
    ['a\\*b', 'a*b', true],
    ['a\\*b', 'aab', false],
    ['.+()|{}$', '.+()|{}$', true],
    ['[', 'x', 'bad'],
    ['[]a]', 'a', 'bad'],
    ['[-]', '-', 'bad'],
    ['[x-]', 'x', 'bad'],
    ['[a-b-c]', 'a', 'bad'],
    ['[^]', 'a', 'bad'],
    ['[a', 'a', 'bad'],
    ['a[', 'x', 'bad'],
    ['a\\', 'a', 'bad'],
    ['*[a-.toml', 'x', 'bad'],
  ];
  for (const [pattern, text, expected] of cases)
    t.equal(goGlob(pattern)?.(text) ?? 'bad', expected, `${pattern} ${text}`);
  t.end();
});

t.test('no pattern takes long', t => {
  t.equal(goGlob('a*'.repeat(500))?.('a'.repeat(1000) + 'b'), true);
  t.equal(goGlob(`${'*a'.repeat(500)}b`)?.('a'.repeat(2000)), false);
  t.end();
});

t.test('what Go looks for by names', t => {
  for (const part of ['*', 'a?', '[a]', 'a\\b']) t.ok(isGoGlob(part), part);
  for (const part of ['', 'a.toml', 'a]', '{a}']) t.notOk(isGoGlob(part), part);
  t.end();
});
