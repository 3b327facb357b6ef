import t from 'tap';
import * as v from 'valibot';
import { settleFindings } from '../../src/diagnose/settle.ts';
import { breaksRegistry, evidenceOf, readWalk, saysOf, usableWalks } from '../../src/diagnose/settle-walk.ts';
import { causes, type Cause } from '../../src/model/cause.ts';
import { checkCodes } from '../../src/model/check-codes.ts';
import { checkKinds, type CheckId } from '../../src/model/check.ts';
import { limits } from '../../src/model/limits.ts';
import { configProblemCodes } from '../../src/model/registry-hosts.ts';
import type { HostWalk } from '../../src/model/walk.ts';
import { findingSchema } from '../../src/wire/finding-schema.ts';
import { fc } from '../house/property.ts';
import { sampleCheck, sampleFinding, sampleHost, sampleWalk, walkedAt } from './sample-walk.ts';

const image = 'reg.test/team/api:1';
const whole = sampleHost('reg.test');

t.test('a walk says one of four things, and how far it came', t => {
  const hub: HostWalk = { ...whole, checks: whole.checks.slice(0, 7) };
  const cases: [string, HostWalk[], string, string | null][] = [
    ['to the layer', [whole], 'sound', 'layer'],
    ['to the manifest', [hub], 'sound', 'manifest'],
    ['to the registry', [{ ...whole, checks: whole.checks.slice(0, 6) }], 'sound', 'registry'],
    ['no further than the connection', [{ ...whole, checks: whole.checks.slice(0, 4) }], 'nothing', null],
    ['no host', [], 'nothing', null],
    [
      'a mirror that a later host saves',
      [sampleHost('m.test', { id: 'tcp.connect', code: 'tcp-refused' }, 'mirror'), whole],
      'sound',
      'layer',
    ],
    ['a failure', [sampleHost('reg.test', { id: 'tcp.connect', code: 'tcp-refused' })], 'broken', null],
    ['no credentials', [sampleHost('reg.test', { id: 'registry.manifest', code: 'auth-required' })], 'private', null],
  ];
  for (const [title, hosts, says, depth] of cases) {
    const said = readWalk(sampleWalk(image, hosts));
    t.same([said.says, said.depth], [says, depth], title);
  }
  const full = sampleWalk(image, [whole], { checks: [sampleCheck('node.disk', 'disk-full')] });
  t.equal(readWalk(full).says, 'sound', 'the disk says nothing of the registry');
  t.end();
});

t.test('which walk tells of an image: its own, unless a newer one knows better of the way there', t => {
  const at = (ago: number, target: string, ...hosts: HostWalk[]) =>
    sampleWalk(target, hosts, { startedAt: walkedAt - ago });
  const refused = sampleHost('reg.test', { id: 'tcp.connect', code: 'tcp-refused' });
  const limited = sampleHost('reg.test', { id: 'registry.manifest', code: 'rate-limited' });
  const noTag = sampleHost('reg.test', { id: 'registry.manifest', code: 'tag-not-found' });
  const told = (...walks: Parameters<typeof usableWalks>[0]) => {
    const said = saysOf(usableWalks(walks, walkedAt).get('reg.test') ?? [], image);
    return said === null ? null : [said.says, said.faults[0]?.code ?? said.depth];
  };
  t.equal(told(), null);
  t.same(told(at(5, image, whole), at(9, image, refused)), ['sound', 'layer'], 'the newest of its own');
  t.same(told(at(5, 'reg.test/other:2', limited), at(9, image, whole)), ['broken', 'rate-limited']);
  t.same(
    told(at(5, 'reg.test/other:2', noTag), at(9, image, whole)),
    ['sound', 'layer'],
    'not another image’s own fault',
  );
  t.same(told(at(5, 'reg.test', whole), at(9, image, noTag)), ['broken', 'tag-not-found']);
  t.same(told(at(5, 'reg.test', whole), at(9, image, refused)), ['sound', 'registry']);
  t.equal(told(at(limits.walkUsableMs + 1000, image, refused)), null, 'none too old');
  t.end();
});

t.test('a fault is the registry’s or one image’s', t => {
  const of = (code: string) =>
    readWalk(sampleWalk(image, [sampleHost('reg.test', { id: 'registry.manifest', code })])).faults.map(breaksRegistry);
  for (const code of ['rate-limited', 'registry-error', 'not-a-registry', 'http-timeout'])
    t.same(of(code), [true], code);
  for (const code of ['tag-not-found', 'auth-required', 'blob-missing', 'manifest-unsupported'])
    t.same(of(code), [false], code);
  t.end();
});

t.test('the evidence is the way up to the fault, each check once, or the way that works', t => {
  const checks = [
    sampleCheck('dns.nameserver', 'dns-timeout'),
    sampleCheck('dns.nameserver'),
    sampleCheck('dns.resolve'),
    sampleCheck('tcp.connect', 'tcp-timeout'),
    sampleCheck('tcp.connect'),
    sampleCheck('tls.handshake'),
    sampleCheck('tls.chain', 'tls-expired'),
    sampleCheck('registry.ping', 'waits-for'),
  ];
  const said = readWalk(sampleWalk(image, [{ ...whole, checks }]));
  const shown = evidenceOf(said, said.faults[0] ?? null).map(({ check, code }) => `${check} ${code ?? 'passes'}`);
  t.same(shown, [
    'dns.nameserver passes',
    'dns.resolve passes',
    'tcp.connect passes',
    'tls.handshake passes',
    'tls.chain tls-expired',
  ]);
  t.equal(evidenceOf(readWalk(sampleWalk(image, [whole])), null).length, whole.checks.length);
  t.end();
});

const codes = [...Object.keys(checkCodes), ...Object.keys(configProblemCodes)];
const ids = Object.keys(checkKinds) as CheckId[];
const textCauses = Object.keys(causes) as Cause[];
const anyCheck = fc
  .record({
    id: fc.constantFrom(...ids),
    code: fc.option(fc.constantFrom(...codes)),
    ms: fc.nat(9000),
    effect: fc.constantFrom('ignored', 'pull-fails'),
  })
  .map(({ id, code, ms, effect }) => ({ ...sampleCheck(id, code, { effect, file: '/etc/x', line: 2 }), ms }));
const anyHost = fc
  .record({
    host: fc.constantFrom('reg.test', 'mirror.test'),
    role: fc.constantFrom('mirror' as const, 'upstream' as const),
    checks: fc.array(anyCheck, { maxLength: 9 }),
  })
  .map(({ host, role, checks }): HostWalk => ({ host, role, url: `https://${host}/v2`, source: 'default', checks }));
const anyWalk = fc
  .record({
    target: fc.constantFrom(image, 'reg.test', 'reg.test/other:2'),
    hosts: fc.array(anyHost, { maxLength: 3 }),
    checks: fc.array(anyCheck, { maxLength: 4 }),
    ago: fc.integer({ min: -5_000, max: 2_000_000 }),
  })
  .map(({ target, hosts, checks, ago }) =>
    sampleWalk(target, hosts, { checks, startedAt: walkedAt - Math.min(ago, walkedAt) }),
  );

t.test(
  'whatever the walks hold: no throw, causes of the list, the text’s cause kept, evidence of the walk alone',
  t => {
    fc.assert(
      fc.property(fc.array(anyWalk, { maxLength: 4 }), fc.constantFrom(...textCauses), (walks, textCause) => {
        const before = sampleFinding('a text', { textCause });
        const [finding] = settleFindings([before], walks, { node: 'node-1', now: walkedAt + 2_000 });
        if (finding === undefined) return false;
        const made = walks.flatMap(one => [
          ...one.checks.map(c => `${c.id} null ${c.code}`),
          ...one.hosts.flatMap(h => h.checks.map(c => `${c.id} ${h.host} ${c.code}`)),
        ]);
        const shown = (finding.evidence ?? []).every(one => made.includes(`${one.check} ${one.host} ${one.code}`));
        const kept =
          finding.id === before.id && finding.textCause === textCause && finding.severity === before.severity;
        const fits = v.safeParse(findingSchema, finding).success && finding.checklist.length === 6;
        return shown && kept && fits && !finding.also.includes(finding.cause) && Object.hasOwn(causes, finding.cause);
      }),
      { numRuns: 1000 },
    );
    t.pass('1000 of them');
    t.end();
  },
);

t.test('whose credentials opened the image is told by their owner, whatever their file is called', t => {
  const cases: [string, 'kubelet' | 'runtime' | null, boolean][] = [
    ['/var/lib/kubelet/config.json', 'kubelet', true],
    ['/srv/keys', 'kubelet', true],
    ['/etc/containerd/config.json', 'runtime', false],
    ['', null, false],
  ];
  for (const [credentials, owner, ofKubelet] of cases) {
    const facts = owner === null ? {} : { credentials, credentialsOwner: owner };
    const token = { ...sampleCheck('registry.token'), facts };
    const checks = whole.checks.map(check => (check.id === 'registry.token' ? token : check));
    const said = readWalk(sampleWalk(image, [{ ...whole, checks }]));
    t.match(said, { ofKubelet, credentials: owner === null ? null : credentials }, credentials);
  }
  t.end();
});
