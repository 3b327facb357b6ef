import t from 'tap';
import { walkOutcome } from '../../src/diagnose/walk-outcome.ts';
import { causeFacts, type Cause } from '../../src/model/cause.ts';
import type { Check } from '../../src/model/check.ts';
import { limits } from '../../src/model/limits.ts';
import type { Walk, WalkFinding } from '../../src/model/walk.ts';

const check = (id: string, given: Partial<Check> = {}): Check => ({
  ...{ id, stage: 'tcp', outcome: 'pass', code: null, ms: 1, detail: '' },
  ...given,
});
const finding = (cause: Cause, evidence: string[], severity: WalkFinding['severity'] = 'error'): WalkFinding => ({
  ...{ cause, also: [], ...causeFacts(cause), severity, code: 'not-told', image: null, registry: 'a.test', host: null },
  ...{ title: '', message: '', evidence, checklist: [], fix: [] },
});
const walk = (checks: Check[], findings: WalkFinding[] = []): Walk => ({
  ...{ target: 'a.test', registry: 'a.test', checks: [], findings, startedAt: 1_000_000, ms: 500 },
  hosts: [{ host: 'a.test', role: 'upstream', url: 'https://a.test/v2', source: 'default', checks }],
  requests: { 'a.test': 3, 'cdn.test': 1 },
});

t.test('what is broken on the path is walked again soon, what is the image’s or the node’s own fault is not', t => {
  const cases: [Cause, string, boolean][] = [
    ['dns-failure', 'dns.resolve', true],
    ['tls-unknown-authority', 'tls.chain', true],
    ['hosts-config-invalid', 'config.hosts-toml', true],
    ['registry-error', 'registry.ping', true],
    ['redirect-blocked', 'registry.blob', true],
    ['tag-not-found', 'registry.manifest', false],
    ['auth-required', 'registry.manifest', false],
    ['disk-full', 'node.disk', false],
    ['clock-skew', 'node.clock', false],
    ['runtime-unavailable', 'runtime.cri', false],
  ];
  for (const [cause, id, broken] of cases)
    t.equal(walkOutcome(walk([check(id)], [finding(cause, [id])])).broken, broken, cause);
  t.equal(walkOutcome(walk([], [finding('mirror-failure', ['tcp.connect'], 'warning')])).broken, true, 'a warning too');
  t.end();
});

t.test('a registry is reached when it was asked, whatever it answered', t => {
  const reached = (checks: Check[]): boolean => walkOutcome(walk(checks)).reached;
  t.equal(
    reached([
      check('tcp.connect', { outcome: 'fail' }),
      check('registry.ping', { stage: 'registry', outcome: 'skip' }),
    ]),
    false,
  );
  t.equal(reached([check('registry.ping', { stage: 'registry', outcome: 'fail' })]), true);
  t.end();
});

t.test('the time that a registry names is kept, from the end of the walk on, the latest of several', t => {
  const limited = (retryAfterSeconds?: number): Check =>
    check('registry.ping', {
      outcome: 'fail',
      code: 'rate-limited',
      facts: retryAfterSeconds === undefined ? {} : { retryAfterSeconds },
    });
  const time = (...checks: Check[]): number | null => walkOutcome(walk(checks)).notBefore;
  t.equal(time(limited()), null);
  t.equal(time(limited(60)), 1_060_500);
  t.equal(time(limited(60), limited(90), limited()), 1_090_500);
  t.equal(time(check('x', { code: 'registry-error', facts: { retryAfterSeconds: 60 } })), 1_060_500, 'a 503 too');
  t.equal(time(check('x', { facts: { retryAfterSeconds: '60' } })), null);
  t.end();
});

t.test('requests are counted by host, the most there can be where they were not', t => {
  const uncounted = walk([]);
  delete uncounted.requests;
  t.same(walkOutcome(walk([])).hosts, [
    { host: 'a.test', requests: 3 },
    { host: 'cdn.test', requests: 1 },
  ]);
  t.same(walkOutcome(uncounted).hosts, [{ host: 'a.test', requests: limits.probeRequests }]);
  t.same(walkOutcome({ ...uncounted, requests: {} }).hosts, [{ host: 'a.test', requests: 0 }], 'it was never reached');
  t.end();
});
