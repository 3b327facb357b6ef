import t from 'tap';
import { readMoment } from '../../src/wire/moment.ts';

t.test('a time with its zone is read, anything else is none', t => {
  const cases: [string, number | null][] = [
    ['2026-01-31T08:00:00Z', Date.UTC(2026, 0, 31, 8)],
    ['2026-01-31T08:00Z', Date.UTC(2026, 0, 31, 8)],
    ['2026-01-31T08:00:00.25+02:00', Date.UTC(2026, 0, 31, 6, 0, 0, 250)],
    ['1969-12-31T23:59:59Z', -1000],
    ['2024-02-29T00:00:00Z', Date.UTC(2024, 1, 29)],
    ['2026-02-29T00:00:00Z', null],
    ['2026-04-31T00:00:00Z', null],
    ['2026-13-01T00:00:00Z', null],
    ['2026-00-01T00:00:00Z', null],
    ['2026-01-00T00:00:00Z', null],
    ['2026-01-31T08:00:00', null],
    ['2026-13-31T08:00:00Z', null],
    ['2026-01-31', null],
    ['1700000000000', null],
    ['', null],
  ];
  for (const [text, time] of cases) t.equal(readMoment(text), time, text);
  t.end();
});
