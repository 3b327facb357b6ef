import t from 'tap';
import { walkFindings } from '../../src/diagnose/walk-findings.ts';
import type { Cause } from '../../src/model/cause.ts';
import type { Walk } from '../../src/model/walk.ts';
import { checkText } from '../../src/cli/check-text.ts';
import { fitsEachPage, plainPage } from './plain-page.ts';

const checks: Walk['checks'] = [
  { id: 'dns.resolve', stage: 'dns', outcome: 'pass', code: null, ms: 3, detail: 'reg.test is 192.0.2.1' },
  {
    id: 'tcp.connect',
    stage: 'tcp',
    outcome: 'fail',
    code: 'tcp-timeout',
    ms: 5004,
    detail: '192.0.2.1:443: \u001b[31mno answer',
  },
  {
    id: 'tls.handshake',
    stage: 'tls',
    outcome: 'skip',
    code: 'waits-for',
    waitsFor: 'tcp.connect',
    ms: 0,
    detail: 'waits for tcp.connect',
  },
];
const host = { host: 'reg.test', role: 'upstream', url: 'https://reg.test/v2', source: 'default', checks } as const;
const walked = {
  target: 'reg.test/app:v1',
  image: 'reg.test/app:v1',
  registry: 'reg.test',
  hosts: [{ ...host, checks }],
  checks: [],
};
const walk: Walk = { ...walked, findings: walkFindings({ ...walked, node: 'n1' }), startedAt: 0, ms: 5100 };
const text = (wide: boolean): string => checkText(walk, { wide, ...plainPage });

t.test('each step is a line; what only waits is put together; the cause comes with its fix', t => {
  const lines = text(false).split('\n');
  t.equal(lines[0], 'reg.test/app:v1: 1 broken (5.1 s)');
  t.match(lines.join('\n'), /^ {2}dns\.resolve +ok +3 ms {2}reg\.test is 192\.0\.2\.1$/m);
  t.match(lines.join('\n'), /^ {2}tcp\.connect +FAIL +5\.0 s {2}tcp-timeout: /m);
  t.match(lines.join('\n'), '1 more step not tried: waiting for tcp.connect');
  t.notMatch(lines.join('\n'), 'tls.handshake');
  t.match(lines.join('\n'), /^BROKEN {2}network-timeout {2}at reg\.test$/m);
  t.match(lines.join('\n'), /^ {2}do +1\. /m);
  t.end();
});

t.test('wide shows every step; nothing from outside moves the cursor; lines keep to the page', t => {
  t.match(text(true), 'tls.handshake');
  t.notMatch(text(true), '\u001b');
  const isCommand = (line: string): boolean =>
    walk.findings.some(({ fix }) => fix.some(({ run }) => run === line.trim()));
  fitsEachPage(t, page => checkText(walk, { ...page, wide: false }), isCommand);
  t.end();
});

t.test('where the walk knows better than the pull’s text, that is said', t => {
  const [finding] = walk.findings;
  const said = (textCause: Cause): string =>
    checkText(
      { ...walk, findings: finding === undefined ? [] : [{ ...finding, textCause }] },
      { wide: false, ...plainPage },
    );
  t.match(said('other'), 'text      the error alone reads as other');
  t.notMatch(said(finding?.cause ?? 'other'), 'the error alone');
  t.end();
});

t.test('a walk without findings says so, and one that was cut short or never made does not', t => {
  const sound = { ...walk, hosts: [{ ...host, checks: [] }], findings: [] };
  t.match(checkText(sound, { wide: false, ...plainPage }), 'nothing is broken');
  const cut = { ...checks[0], outcome: 'skip', code: 'cancelled' } as Walk['checks'][0];
  t.match(checkText({ ...sound, hosts: [{ ...host, checks: [cut] }] }, { wide: false, ...plainPage }), 'in time');
  const warning = walk.findings.map(one => ({ ...one, severity: 'warning' as const }));
  t.match(checkText({ ...sound, findings: warning }, { wide: false, ...plainPage }), 'works, with warnings');
  t.match(
    checkText({ ...sound, hosts: [], findings: warning }, { wide: false, ...plainPage }),
    /: not tested: no host/,
  );
  const pull = { image: 'x', at: 0, ms: 0, outcome: 'failed', cause: null, message: 'why' } as const;
  t.match(checkText({ ...sound, pull }, { wide: false, ...plainPage }), /FAIL {2}failed: why/);
  t.end();
});
