import t from 'tap';
import * as v from 'valibot';
import type { FailedMirror } from '../../src/diagnose/failed-mirror.ts';
import { standingFindings, type StandingMemo } from '../../src/diagnose/settle-standing.ts';
import { usableWalks } from '../../src/diagnose/settle-walk.ts';
import type { Finding } from '../../src/model/finding.ts';
import type { HostWalk, Walk } from '../../src/model/walk.ts';
import { findingSchema } from '../../src/wire/finding-schema.ts';
import { sampleCheck, sampleHost, sampleWalk, soundNode, walkedAt } from './sample-walk.ts';

const node = { uid: 'u', name: 'node-1' };
const find = (
  walks: Walk[],
  {
    mirrors = [],
    subjects = [],
    memo = new Map(),
  }: { mirrors?: FailedMirror[]; subjects?: string[]; memo?: StandingMemo } = {},
): Finding[] =>
  standingFindings(usableWalks(walks, walkedAt + 1000), { subjects: new Set(subjects), mirrors }, node, memo);
const told = (findings: Finding[]): string[] =>
  findings.map(({ severity, cause, registry, host }) => `${severity} ${cause} ${registry ?? '-'} ${host ?? '-'}`);
const broken = (name: string, id: Parameters<typeof sampleCheck>[0], code: string, facts = {}): Walk =>
  sampleWalk(name, [sampleHost(name, { id, code, facts })]);
const mirrored = (...checks: HostWalk['checks']): Walk =>
  sampleWalk('reg.test', [{ ...sampleHost('m.test', null, 'mirror'), checks }, sampleHost('reg.test')]);

t.test('what is broken without a failing pull is a warning', t => {
  const file = sampleCheck('config.hosts-toml', 'hosts-config-invalid', {
    file: '/x/hosts.toml',
    line: 3,
    effect: 'ignored',
  });
  const cases: [string, Walk[], string[]][] = [
    ['a registry', [broken('a.test', 'tcp.connect', 'tcp-refused')], ['warning network-unreachable a.test a.test']],
    ['nothing', [sampleWalk('a.test', [sampleHost('a.test')])], []],
    [
      'one image’s own fault',
      [broken('a.test/x:1', 'registry.manifest', 'tag-not-found')].map(w => ({ ...w, registry: 'a.test' })),
      [],
    ],
    ['a private registry', [broken('a.test', 'registry.token', 'token-refused')], []],
    [
      'a file that is left out',
      [sampleWalk('a.test', [sampleHost('a.test')], { checks: [file, ...soundNode.slice(1)] })],
      ['warning hosts-config-invalid a.test -'],
    ],
    [
      'a clock, seen by two registries',
      ['a.test', 'b.test'].map(name =>
        sampleWalk(name, [sampleHost(name)], { checks: [sampleCheck('node.clock', 'clock-skewed')] }),
      ),
      ['warning clock-skew - -'],
    ],
    [
      'a dead nameserver, whose registries are listed and not told one by one',
      ['a', 'b', 'c', 'd', 'e', 'f', 'g'].map(name =>
        broken(`${name}.test`, 'dns.resolve', 'dns-timeout', { nameservers: ['10.0.0.2'] }),
      ),
      ['warning dns-failure - a.test'],
    ],
    [
      'two names that are not there',
      ['a.test', 'b.test'].map(name => broken(name, 'dns.resolve', 'dns-nxdomain', { nameservers: ['10.0.0.2'] })),
      ['warning dns-failure a.test a.test', 'warning dns-failure b.test b.test'],
    ],
  ];
  for (const [title, walks, wanted] of cases) {
    const findings = find(walks);
    t.same(told(findings), wanted, title);
    for (const finding of findings) {
      t.same(v.parse(v.strictObject(findingSchema.entries), finding), finding, `${title}: holds what the API knows`);
      t.notOk(
        finding.fix.some(({ run }) => run?.startsWith('kubectl ')),
        `${title}: no pod waits`,
      );
    }
  }
  const [dns] = find(cases[6]?.[1] ?? []);
  t.match(dns?.title, /7 registries: a\.test, b\.test, c\.test, d\.test, e\.test and 2 more/);
  t.end();
});

t.test('a mirror that fails says what it costs the pulls that a later host saves', t => {
  const refused = [sampleCheck('dns.resolve'), sampleCheck('tcp.connect', 'tcp-refused')];
  t.match(find([mirrored(...refused)]), [
    { cause: 'mirror-failure', host: 'm.test', title: /saves each pull, 20 ms late/ },
  ]);
  const silent = [sampleCheck('dns.resolve'), sampleCheck('tcp.connect', 'tcp-timeout')];
  t.match(find([mirrored(...silent)]), [{ title: /saves each pull, up to 30 s late/ }]);
  t.end();
});

t.test('a broken host that is both a registry and another one’s mirror is told as the mirror', t => {
  const dead = { id: 'tcp.connect', code: 'tcp-refused' } as const;
  const own = sampleWalk('m.test', [sampleHost('m.test', dead)]);
  const wanted = ['warning mirror-failure reg.test m.test'];
  t.same(told(find([own, mirrored(sampleCheck('tcp.connect', 'tcp-refused'))])), wanted);
  t.same(told(find([mirrored(sampleCheck('tcp.connect', 'tcp-refused')), own])), wanted, 'in whatever order');
  t.end();
});

t.test('a mirror that only the runtime’s log names is told until a walk finds it well', t => {
  const message = 'failed to do request: Head "https://m.test/v2/x?ns=reg.test": EOF';
  const mirror = { host: 'm.test', registry: null, message, firstAt: walkedAt - 90, at: walkedAt - 9 };
  const alone = find([], { mirrors: [mirror] });
  t.match(alone, [{ severity: 'warning', cause: 'mirror-failure', registry: null, message, firstSeen: walkedAt - 90 }]);
  t.match(find([mirrored(sampleCheck('registry.ping'))], { mirrors: [mirror] }), []);
  const since = { ...mirror, at: walkedAt + 9 };
  t.match(find([mirrored(sampleCheck('registry.ping'))], { mirrors: [since] }), [{ registry: 'reg.test' }]);
  const both = find([mirrored(sampleCheck('tcp.connect', 'tcp-refused'))], { mirrors: [mirror] });
  t.equal(both.length, 1, 'once');
  t.equal(both[0]?.id, alone[0]?.id, 'and it stays the same finding');
  t.same(find([], { mirrors: [mirror], subjects: ['host m.test'] }), [], 'a failing pull tells it already');
  t.end();
});

t.test('it is the same finding as long as the same thing is broken, however that shows', t => {
  const memo: StandingMemo = new Map();
  const [first] = find([broken('a.test', 'tcp.connect', 'tcp-refused')], { memo });
  const later = { ...broken('a.test', 'tls.chain', 'tls-expired'), startedAt: walkedAt + 500 };
  const [second] = find([later], { memo });
  t.equal(second?.id, first?.id);
  t.match(second, { cause: 'tls-expired', firstSeen: walkedAt, lastSeen: walkedAt + 500 });
  t.same(find([broken('a.test', 'tcp.connect', 'tcp-refused')], { subjects: ['host a.test'], memo }), []);
  t.equal(memo.size, 0, 'what is over is forgotten');
  t.end();
});
