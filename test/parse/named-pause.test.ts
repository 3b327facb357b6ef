import t from 'tap';
import { readLimitReset, readPause, readRetryAfter } from '../../src/parse/named-pause.ts';

const now = Date.parse('2026-11-22T10:00:00Z');
const epoch = now / 1000;
const day = 86_400_000;

t.test('Retry-After is seconds or a date', t => {
  const cases: [string | undefined, number | null][] = [
    [undefined, null],
    ['', null],
    ['0', 0],
    [' 120 ', 120_000],
    ['Sun, 22 Nov 2026 10:01:00 GMT', 60_000],
    ['Sunday, 22-Nov-26 10:01:00 GMT', 60_000],
    ['Sun Nov 22 10:01:00 2026 GMT', 60_000],
    ['Sun, 22 Nov 2026 09:00:00 GMT', 0],
    ['soon', null],
    ['-5', null],
    ['1e3', null],
    ['999999999999', 999_999_999_999_000],
  ];
  for (const [value, wanted] of cases) t.equal(readRetryAfter(value, now), wanted, String(value));
  t.end();
});

t.test('an answer names a time by Retry-After, or by when its limit is filled up again', t => {
  const cases: [string, number, Record<string, string>, number | null][] = [
    ['seconds', 429, { 'retry-after': '60' }, 60_000],
    ['of a server that is not well too', 503, { 'retry-after': '60' }, 60_000],
    ['as a date', 503, { 'retry-after': 'Sun, 22 Nov 2026 10:02:00 GMT' }, 120_000],
    [
      'a date by the server’s own clock',
      503,
      { 'retry-after': 'Sun, 22 Nov 2026 12:01:00 GMT', date: 'Sun, 22 Nov 2026 12:00:00 GMT' },
      60_000,
    ],
    ['Docker’s API', 429, { 'x-retry-after': String(epoch + 90) }, 90_000],
    ['the draft’s header', 429, { 'ratelimit-reset': '50' }, 50_000],
    ['GitHub’s', 429, { 'x-ratelimit-reset': String(epoch + 3600), 'x-ratelimit-remaining': '0' }, 3_600_000],
    ['the draft’s one field', 429, { ratelimit: 'limit=100, remaining=0, reset=50' }, 50_000],
    ['and its newer form', 429, { ratelimit: '"default";r=0;t=30' }, 30_000],
    ['Docker Hub: its window at the latest', 429, { 'ratelimit-remaining': '0;w=21600' }, 21_600_000],
    ['Retry-After goes first', 429, { 'retry-after': '5', 'ratelimit-remaining': '0;w=21600' }, 5000],
    ['a limit that is not spent is not why', 429, { 'ratelimit-remaining': '37;w=21600' }, null],
    ['a limit of a server that is not well is not why', 503, { 'ratelimit-reset': '50' }, null],
    ['nothing named', 429, {}, null],
    ['no sense', 429, { 'retry-after': 'later', 'ratelimit-reset': 'never' }, null],
    ['a good answer', 200, { 'retry-after': '60', 'ratelimit-remaining': '0;w=21600' }, null],
    ['what cannot be had', 404, { 'retry-after': '60' }, null],
    ['a year, which others bound', 429, { 'retry-after': '31536000' }, 365 * day],
  ];
  for (const [says, status, headers, wanted] of cases) t.equal(readPause(status, headers, now), wanted, says);
  t.end();
});

t.test('what a good answer tells of a spent limit', t => {
  t.equal(readLimitReset({ 'ratelimit-limit': '100;w=21600', 'ratelimit-remaining': '0;w=21600' }, now), 21_600_000);
  t.equal(readLimitReset({ 'ratelimit-limit': '100;w=60', 'ratelimit-remaining': '0' }, now), 60_000);
  t.equal(readLimitReset({ 'ratelimit-remaining': '1;w=21600' }, now), null);
  t.equal(readLimitReset({}, now), null);
  t.end();
});
