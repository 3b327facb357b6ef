import t from 'tap';
import { parseGoDuration } from '../../src/parse/go-duration.ts';

t.test('durations are read as time.ParseDuration does', t => {
  const cases: [string, number | null][] = [
    ['5s', 5000],
    ['1m30s', 90_000],
    ['1.5h', 5_400_000],
    ['300ms', 300],
    ['.5s', 500],
    ['0', 0],
    ['-1s', -1000],
    ['+2s', 2000],
    ['5', null],
    ['', null],
    ['s', null],
    ['5 s', null],
    ['5d', null],
  ];
  for (const [text, wanted] of cases) t.equal(parseGoDuration(text), wanted, text);
  t.end();
});
