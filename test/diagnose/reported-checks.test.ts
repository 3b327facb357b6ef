import t from 'tap';
import { clockCheck, reportedChecks, verdictOf } from '../../src/diagnose/reported-checks.ts';
import type { Check } from '../../src/model/check.ts';
import { limits } from '../../src/model/limits.ts';
import type { Walk } from '../../src/model/walk.ts';

const check = (id: string, stage: Check['stage'], given: Partial<Check> = {}): Check => ({
  ...{ id, stage, outcome: 'pass', code: null, ms: 1, detail: '' },
  ...given,
});
const walk = (given: Partial<Walk> = {}): Walk => ({
  ...{ target: 'a.test', registry: 'a.test', findings: [], startedAt: 1000, ms: 5 },
  checks: [check('config.hosts-toml', 'config'), check('config.proxy', 'config'), check('node.disk', 'unpack')],
  hosts: [
    {
      ...{ host: 'mirror.test', role: 'mirror', url: 'https://mirror.test/v2', source: '/etc/hosts.toml' },
      checks: [check('tcp.connect', 'tcp'), check('registry.manifest', 'manifest'), check('registry.blob', 'blob')],
    },
  ],
  ...given,
});
const clock = (skewSeconds: number | null): Walk =>
  walk({
    checks: [
      check(
        'node.clock',
        'tls',
        skewSeconds === null ? { outcome: 'skip', code: 'not-told' } : { facts: { skewSeconds } },
      ),
    ],
  });

t.test('of a registry come its configuration and each host’s checks; what is the node’s is left to the node', t => {
  t.match(reportedChecks(walk()), [
    { id: 'config.hosts-toml', registry: 'a.test', at: 1000, host: undefined },
    { id: 'tcp.connect', registry: 'a.test', host: 'mirror.test', role: 'mirror', at: 1000 },
    { id: 'registry.manifest', host: 'mirror.test' },
    { id: 'registry.blob', host: 'mirror.test' },
  ]);
  t.equal(reportedChecks(walk()).length, 4);
  t.end();
});

t.test('of an image comes what only its walk has, and which image it is', t => {
  const checks = reportedChecks(walk({ image: 'a.test/app:1' }));
  t.same(
    checks.map(({ id, facts }) => [id, facts]),
    [
      ['registry.manifest', { image: 'a.test/app:1' }],
      ['registry.blob', { image: 'a.test/app:1' }],
    ],
  );
  t.end();
});

t.test('a long detail is cut, so that no report is refused for it', t => {
  const long = walk({ checks: [check('config.hosts-toml', 'config', { detail: 'x'.repeat(10_000) })], hosts: [] });
  t.equal(reportedChecks(long)[0]?.detail.length, limits.messageBytes / 4);
  t.end();
});

t.test('times, facts, order and number are no difference; an outcome, a code and a check more are', t => {
  const verdict = (...checks: Check[]): string => verdictOf(checks);
  const [one, other] = [check('tcp.connect', 'tcp'), check('dns.resolve', 'dns')];
  const same = verdict(one, other);
  t.equal(verdict(other, { ...one, ms: 900, facts: { address: '192.0.2.7' }, detail: 'other' }, one), same);
  t.not(verdict({ ...one, outcome: 'fail' }, other), same);
  t.not(verdict({ ...one, code: 'x' }, other), same);
  t.not(verdict(one), same);
  t.not(verdictOf([{ ...one, host: 'b.test' }, other]), same);
  t.end();
});

t.test('the clock is what most registries say; null where none told', t => {
  t.equal(clockCheck([walk(), clock(null)]), null);
  t.match(clockCheck([clock(0), clock(4000), clock(1)]), { id: 'node.clock', facts: { skewSeconds: 1 }, at: 1000 });
  t.end();
});
