import t from 'tap';
import { durationOption, listenOption, parseDuration, sizeOption, urlOption } from '../../src/lib/option-kinds.ts';

t.test('durations are read as Go writes them, and days', t => {
  const cases: [string, number | null][] = [
    ['30s', 30_000],
    ['1h30m', 5_400_000],
    ['250ms', 250],
    ['7d', 604_800_000],
    ['1.5s', 1500],
    ['30', null],
    ['s', null],
    ['-1s', null],
    ['', null],
    ['1s2', null],
  ];
  for (const [text, wanted] of cases) t.equal(parseDuration(text), wanted, text);
  t.end();
});

t.test('listen addresses need a host and a port that exists', t => {
  const option = listenOption({ flag: 'listen', help: '', fallback: { host: '127.0.0.1', port: 8470 } });
  t.same(option.parse(['[::1]:80']), { ok: true, value: { host: '::1', port: 80 } });
  t.same(option.parse(['localhost:0']), { ok: true, value: { host: 'localhost', port: 0 } });
  for (const bad of ['8470', ':8470', '127.0.0.1:70000', 'a b:1', '::1:80'])
    t.equal(option.parse([bad]).ok, false, bad);
  t.end();
});

t.test('URLs are http or https and carry no query', t => {
  const option = urlOption({ flag: 'aggregator-url', help: '', fallback: 'http://127.0.0.1:8470' });
  t.equal(option.parse(['https://agg.example:1/base']).ok, true);
  for (const bad of ['agg:8470', 'ftp://a', 'http://a/?q', '']) t.equal(option.parse([bad]).ok, false, bad);
  t.end();
});

t.test('a time that may be off takes 0 and off, and says so; any other does not', t => {
  const common = { flag: 'every', help: '', min: '30s', max: '1h', fallback: '5m' };
  const every = durationOption({ ...common, off: true });
  for (const text of ['0', '0s', '0ms', 'off']) t.same(every.parse([text]), { ok: true, value: 0 }, text);
  t.same(every.parse(['30s']), { ok: true, value: 30_000 });
  const allowed = 'a time from 30s to 1h, such as 5m, or 0 for never';
  for (const text of ['29s', '2h', '', 'never']) t.same(every.parse([text]), { ok: false, allowed }, text);
  t.equal(durationOption(common).parse(['0']).ok, false);
  t.end();
});

t.test('a size is written as Kubernetes does, between its bounds', t => {
  const size = sizeOption({ flag: 'max', help: '', min: '16Mi', max: '1Ti', fallback: '4Gi' });
  t.equal(size.fallback, 4 * 1024 ** 3);
  t.same(size.parse(['512Mi']), { ok: true, value: 512 * 1024 ** 2 });
  for (const text of ['', '1', '15Mi', '2Ti', '1GB', '1.5Gi', '-1Gi', ' 1Gi', '9999999Ki'])
    t.same(size.parse([text]), { ok: false, allowed: 'a size from 16Mi to 1Ti, such as 4Gi' }, text);
  t.end();
});
