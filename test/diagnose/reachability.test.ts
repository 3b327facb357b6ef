import t from 'tap';
import { reachabilityOf, type StageVerdict } from '../../src/diagnose/reachability.ts';
import { hostStages, type Check, type ReportedCheck } from '../../src/model/check.ts';

const of = (id: string, stage: Check['stage'], given: Partial<ReportedCheck> = {}): ReportedCheck => ({
  ...{ id, stage, outcome: 'pass', code: null, ms: 2, detail: '', registry: 'r.test', host: 'r.test', at: 100 },
  ...given,
});
const config = (given: Partial<ReportedCheck> = {}): ReportedCheck => {
  const check = of('config.hosts-toml', 'config', given);
  delete check.host;
  return check;
};
const stage = (checks: ReportedCheck[], wanted: StageVerdict['stage']): StageVerdict | undefined =>
  reachabilityOf(checks)[0]?.stages.find(one => one.stage === wanted);

t.test('every host has all nine stages in the order of the path; what was not tested is unknown', t => {
  const rows = reachabilityOf([of('tcp.connect', 'tcp', { ms: 12 })]);
  t.match(rows, [{ registry: 'r.test', host: 'r.test', role: 'upstream' }]);
  t.same(
    rows[0]?.stages.map(one => one.stage),
    hostStages,
  );
  t.same(stage([of('tcp.connect', 'tcp', { ms: 12 })], 'tcp'), {
    ...{ stage: 'tcp', outcome: 'pass', code: null, ms: 12, when: 100 },
  });
  t.same(stage([of('tcp.connect', 'tcp')], 'proxy'), {
    ...{ stage: 'proxy', outcome: 'unknown', code: null, ms: null, when: null },
  });
  t.end();
});

t.test('what several checks of one stage come to', t => {
  const fail = (code: string, ms = 5000): Partial<ReportedCheck> => ({ outcome: 'fail', code, ms });
  const skip = (code: string): Partial<ReportedCheck> => ({ outcome: 'skip', code, ms: 0 });
  const cases: [string, ReportedCheck[], Partial<StageVerdict>][] = [
    [
      'one address of two is enough',
      [of('tcp.connect', 'tcp', fail('tcp-timeout')), of('tcp.connect', 'tcp')],
      { outcome: 'pass', ms: 2 },
    ],
    [
      'no address',
      [of('tcp.connect', 'tcp', fail('tcp-refused', 1)), of('tcp.connect', 'tcp', skip('no-ipv6'))],
      { outcome: 'fail', code: 'tcp-refused', ms: 1 },
    ],
    [
      'a dead nameserver beside a name that resolves',
      [of('dns.nameserver', 'dns', fail('dns-timeout')), of('dns.resolve', 'dns')],
      { outcome: 'pass' },
    ],
    [
      'a name that does not resolve',
      [of('dns.nameserver', 'dns'), of('dns.resolve', 'dns', fail('dns-nxdomain'))],
      { outcome: 'fail', code: 'dns-nxdomain' },
    ],
    [
      'a chain after its handshake',
      [of('tls.handshake', 'tls', { ms: 9 }), of('tls.chain', 'tls', fail('tls-expired', 1))],
      { outcome: 'fail', code: 'tls-expired', ms: 1 },
    ],
    [
      'both passed',
      [of('tls.handshake', 'tls', { ms: 9 }), of('tls.chain', 'tls', { ms: 1 })],
      { outcome: 'pass', ms: 10 },
    ],
    [
      'a ping beside a limit that is not told',
      [of('registry.ping', 'registry'), of('registry.rate-limit', 'registry', skip('not-told'))],
      { outcome: 'pass' },
    ],
    [
      'left out after a failure',
      [of('registry.manifest', 'manifest', skip('waits-for'))],
      { outcome: 'skip', code: 'waits-for' },
    ],
    [
      'one image of two',
      [of('registry.manifest', 'manifest'), of('registry.manifest', 'manifest', fail('tag-not-found', 3))],
      { outcome: 'fail', code: 'tag-not-found' },
    ],
  ];
  for (const [what, checks, wanted] of cases)
    t.match(stage(checks, checks[0]?.stage as StageVerdict['stage']), wanted, what);
  t.end();
});

t.test('a registry’s configuration stands at each of its hosts, mirrors first; what is the node’s is no row', t => {
  const rows = reachabilityOf([
    { id: 'node.disk', stage: 'unpack', outcome: 'pass', code: null, ms: 1, detail: '' },
    config({ outcome: 'fail', code: 'ca-unreadable', ms: 0, at: 50 }),
    of('tcp.connect', 'tcp', { host: 'm.test', role: 'mirror' }),
    of('tcp.connect', 'tcp', { role: 'upstream' }),
    of('tcp.connect', 'tcp', { registry: 'other.test', host: 'm.test' }),
  ]);
  t.same(
    rows.map(({ registry, host, role, stages }) => [registry, host, role, stages[0]?.outcome]),
    [
      ['r.test', 'm.test', 'mirror', 'fail'],
      ['r.test', 'r.test', 'upstream', 'fail'],
      ['other.test', 'm.test', 'upstream', 'unknown'],
    ],
  );
  t.match(rows[0]?.stages[0], { code: 'ca-unreadable', when: 50 });
  t.end();
});

t.test('a configuration that lets containerd ask nobody is a row all the same', t => {
  const rows = reachabilityOf([config({ outcome: 'fail', code: 'hosts-config-invalid' })]);
  t.match(rows, [{ registry: 'r.test', host: 'r.test', stages: [{ stage: 'config', outcome: 'fail' }] }]);
  t.ok(rows[0]?.stages.slice(1).every(one => one.outcome === 'unknown'));
  t.end();
});
