import t from 'tap';
import { painter } from '../../src/cli/output.ts';
import { reachLines } from '../../src/cli/reach-text.ts';
import { reachabilityOf } from '../../src/diagnose/reachability.ts';
import type { Check, ReportedCheck } from '../../src/model/check.ts';
import { fitsEachPage, plainPage } from './plain-page.ts';

const how = { now: 200_000, wide: false, ...plainPage };
const of = (id: string, stage: Check['stage'], given: Partial<ReportedCheck> = {}): ReportedCheck => ({
  ...{ id, stage, outcome: 'pass', code: null, ms: 12, detail: '', registry: 'docker.io', at: 75_000 },
  ...{ host: 'registry-1.docker.io', role: 'upstream' },
  ...given,
});
const mirror = { host: 'mirror.test', role: 'mirror' } as const;
const hosts = reachabilityOf([
  of('dns.resolve', 'dns', mirror),
  of('tcp.connect', 'tcp', { ...mirror, outcome: 'fail', code: 'tcp-timeout', ms: 5000 }),
  of('registry.ping', 'registry', { ...mirror, outcome: 'skip', code: 'waits-for', ms: 0 }),
  of('registry.ping', 'registry'),
  of('registry.ping', 'registry', { registry: 'ghcr.io', host: 'ghcr.io' }),
]);

t.test('a line a host, a mark a stage, how old it is and why it fails', t => {
  const lines = reachLines({ hosts, status: 'failing' }, how);
  t.same(lines, [
    'PATH TO                            CFG  DNS  PRX  TCP   TLS  AUTH  REG  MAN  BLOB  AGE   WHY',
    'docker.io by mirror mirror.test    ·    ok   ·    FAIL  ·    ·     –    ·    ·     2m5s  tcp-timeout',
    'docker.io at registry-1.docker.io  ·    ·    ·    ·     ·    ·     ok   ·    ·     2m5s',
    'ghcr.io                            ·    ·    ·    ·     ·    ·     ok   ·    ·     2m5s',
    lines.at(-1),
  ]);
  t.match(lines.at(-1), /^ok passed, .* not tested/);
  t.end();
});

t.test('it fits the page whatever the names are; with wide nothing is cut and times are shown', t => {
  const long = hosts.map(row => ({ ...row, registry: `${'long.'.repeat(20)}test` }));
  fitsEachPage(t, page => reachLines({ hosts: long, status: 'ok' }, { ...how, ...page }).join('\n'));
  const wide = reachLines({ hosts: long, status: 'ok' }, { ...how, wide: true }).join('\n');
  t.match(wide, 'long.'.repeat(20));
  t.match(wide, /FAIL 5\.0s/);
  t.match(wide, /ok 12ms/);
  t.end();
});

t.test('colour only where there is any; what is stale says so; nothing walked is nothing said', t => {
  const painted = reachLines({ hosts, status: 'ok' }, { ...how, paint: painter(true) }).join('\n');
  t.match(painted, '\u001b[31mFAIL\u001b[0m');
  t.notMatch(reachLines({ hosts, status: 'ok' }, how).join('\n'), '\u001b');
  t.match(reachLines({ hosts, status: 'stale' }, how).at(-1), 'said last');
  t.same(reachLines({ hosts: [], status: 'ok' }, how), []);
  t.end();
});
