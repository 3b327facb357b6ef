import t from 'tap';
import { optionsOf } from './fixture.ts';

t.test('without any option the agent follows the node that it runs on', t => {
  t.match(optionsOf([]), {
    ...{ nodeName: null, hostRoot: '/', criSocket: null, journalDir: null, kubeletLogFile: null, retry: 'recover' },
    ...{ listen: { host: '127.0.0.1', port: 8471 }, dataDir: '/var/lib/pullpath', heartbeat: 30_000 },
    aggregatorUrl: new URL('http://127.0.0.1:8470'),
  });
  t.ok(optionsOf([]).journalUnit.includes('kubelet'));
  t.end();
});

t.test('a wrong value is named, with what is allowed', t => {
  const cases: [string, RegExp][] = [
    ['--retry=sometimes', /--retry: "sometimes".*off, confirm, recover/],
    ['--aggregator-url=ftp://x', /--aggregator-url: "ftp:\/\/x".*http/],
    ['--journal-lookback=1y', /--journal-lookback: "1y".*30d/],
    ['--spool-max=1', /--spool-max: "1".*65536/],
    ['--heartbeat=1h', /--heartbeat/],
    ['--listen=8471', /--listen/],
    ['--journal-unit=', /--journal-unit/],
    ['--nope=1', /--nope/],
  ];
  for (const [argument, message] of cases) t.throws(() => optionsOf([argument]), { code: 'option-invalid', message });
  t.end();
});
