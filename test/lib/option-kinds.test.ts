import t from 'tap';
import { listenOption, parseDuration, urlOption } from '../../src/lib/option-kinds.ts';

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
