import { fc } from '../house/property.ts';
import t from 'tap';
import { limits } from '../../src/model/limits.ts';
import { parseReport } from '../../src/wire/report-schema.ts';
import { sampleFinding, sampleFull, sampleHeartbeat } from '../aggregator/sample.ts';

const codeOf = (json: string): string => {
  const parsed = parseReport(json);
  return parsed.ok ? 'ok' : parsed.code;
};

const pull = {
  ...sampleFinding().pods[0],
  image: 'reg.example/team/api:1',
  reason: 'ErrImagePull',
  textCause: 'dns-failure',
  message: 'no such host',
};
const retry = { image: 'a', at: 1, ms: 2.5, outcome: 'failed', cause: 'dns-failure', message: 'no such host' };
const walked = {
  ...{ id: 'tcp.connect', stage: 'tcp', outcome: 'skip', code: 'waits-for', waitsFor: 'dns.resolve', ms: 0 },
  ...{ facts: { address: '192.0.2.7', tried: [1, { port: 443 }, null, true] }, detail: 'dns.resolve failed' },
  ...{ registry: 'reg.example', host: 'mirror.example:5000', role: 'mirror', at: 1_700_000_000_000 },
} as const;
const sample = sampleFull();
const full = {
  ...sample,
  kubelet: { version: 'v1.36.0' },
  fingerprint: { 'containerd.config': 'a'.repeat(64) },
  traits: { nameservers: '192.0.2.53' },
  checks: [...sample.checks, walked],
  findings: [sampleFinding()],
  pulls: [pull],
  retries: [retry],
  pulled: [{ image: 'docker.io/library/nginx:1', at: 1_700_000_000_000 }],
};

t.test('a full report and a heartbeat pass as they are', t => {
  for (const report of [full, sampleHeartbeat({ seq: 5 }, 4)])
    t.same(parseReport(JSON.stringify(report)), { ok: true, report });
  t.end();
});

t.test('an agent one minor version newer is taken: what is not known is left out', t => {
  const newer = {
    ...full,
    kubelet: { ...full.kubelet, flavour: 'new' },
    node: { ...full.node, zone: 'a' },
    checks: [...full.checks, { ...full.checks[0], id: 'warp.core', stage: 'warp', extra: [1] }],
    pulled: full.pulled.map(one => ({ ...one, by: 'kubelet' })),
    dropped: { ...full.dropped, dreams: 3 },
  };
  t.same(parseReport(JSON.stringify(newer)), { ok: true, report: full });
  t.end();
});

t.test('an agent one minor version older is taken: optional parts may be missing', t => {
  const { runtime, kubelet, fingerprint, traits, checks, retries, pulled, dropped, ...older } = full;
  t.ok([runtime, kubelet, fingerprint, traits, checks, retries, pulled]);
  const parsed = parseReport(JSON.stringify(older));
  const missing = { runtime: null, kubelet: null, fingerprint: {}, traits: {}, checks: [], retries: [] };
  t.same(parsed, { ok: true, report: { ...older, ...missing, dropped } });
  t.end();
});

t.test('what is not a report names the field at fault', t => {
  const cases: [unknown, string | null][] = [
    [null, null],
    [[], 'kind'],
    ['full', null],
    [{}, 'kind'],
    [{ ...full, kind: 'half' }, 'kind'],
    [{ ...full, schema: 'pullpath.report/2' }, 'schema'],
    [{ ...full, seq: '1' }, 'seq'],
    [{ ...full, seq: -1 }, 'seq'],
    [{ ...full, seq: 1.5 }, 'seq'],
    [{ ...full, seq: 1e300 }, 'seq'],
    [{ ...full, node: 'node-1' }, 'node'],
    [{ ...full, node: { name: 'a', uid: 'b' } }, 'node.bootId'],
    [{ ...full, node: { ...full.node, name: 'a\u001b[2J' } }, 'node.name'],
    [{ ...full, node: { ...full.node, uid: 'x'.repeat(129) } }, 'node.uid'],
    [{ ...full, findings: undefined }, 'findings'],
    [{ ...full, pulls: undefined }, 'pulls'],
    [{ ...full, findings: [{ ...sampleFinding(), message: 7 }] }, 'findings.0.message'],
    [{ ...full, pulls: [pull, { ...pull, attempts: 'many' }] }, 'pulls.1.attempts'],
    [{ ...full, checks: [{ ...full.checks[0], outcome: 'well' }] }, 'checks.0.outcome'],
    [{ ...full, checks: [{ ...walked, facts: { a: 'x'.repeat(5000) } }] }, 'checks.0.facts.a'],
    [{ ...full, checks: [{ ...walked, facts: Array.from({ length: 101 }, () => 1) }] }, 'checks.0.facts'],
    [{ ...full, checks: [{ ...walked, role: 'proxy' }] }, 'checks.0.role'],
    [{ ...full, fingerprint: { 'hosts.toml': 7 } }, 'fingerprint.hosts.toml'],
    [{ ...full, retries: [{ ...retry, ms: null }] }, 'retries.0.ms'],
    [{ ...full, pulled: [{ image: 'a', at: -1 }] }, 'pulled.0.at'],
    [{ ...full, pulled: 'all' }, 'pulled'],
    [{ ...full, agent: {} }, 'agent.version'],
    [sampleHeartbeat({ seq: 4 }, 4), 'fullSeq'],
    [{ ...sampleHeartbeat({ seq: 4 }, 3), fullSeq: null }, 'fullSeq'],
  ];
  for (const [value, field] of cases)
    t.match(parseReport(JSON.stringify(value)), { ok: false, code: 'report-invalid', field }, JSON.stringify(field));
  t.end();
});

t.test('what is not JSON, or nests too deep, has its own code', t => {
  const nested = (depth: number): string => `${'['.repeat(depth)}${']'.repeat(depth)}`;
  for (const json of ['', ' ', '{', 'nul', '{"a":1}x', nested(limits.reportDepth + 1), '['.repeat(1_000_000)])
    t.equal(codeOf(json), 'report-not-json', json.slice(0, 20));
  t.equal(codeOf(nested(limits.reportDepth)), 'report-invalid');
  t.equal(
    codeOf(`{"a":"${'['.repeat(100)}\\"${'{'.repeat(100)}"}`),
    'report-invalid',
    'brackets in strings do not nest',
  );
  t.end();
});

t.test('keys of the prototype change nothing', t => {
  const json = JSON.stringify(full).replace(
    '{',
    '{"__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}},',
  );
  t.same(parseReport(json), { ok: true, report: full });
  t.equal(({} as Record<string, unknown>)['polluted'], undefined);
  t.end();
});

t.test('never throws, and what passes is bounded', t => {
  const anything = fc.oneof(
    fc.json(),
    fc.string(),
    fc.jsonValue().map(value => JSON.stringify({ ...full, findings: value })),
  );
  fc.assert(
    fc.property(anything, json => {
      const parsed = parseReport(json);
      return parsed.ok ? parsed.report.node.name.length <= 253 : parsed.detail.length <= 300;
    }),
  );
  t.end();
});
