import t from 'tap';
import type { Check } from '../../src/model/check.ts';
import type { HostWalk } from '../../src/model/walk.ts';
import { walkFindings } from '../../src/diagnose/walk-findings.ts';

const check = (id: string, code: string | null = null, facts: Check['facts'] = {}): Check => ({
  ...{
    id,
    stage: 'registry',
    outcome: code === null ? 'pass' : 'fail',
    code,
    ms: 1,
    facts,
    detail: `${id} ${code ?? 'ok'}`,
  },
});
const host = (role: HostWalk['role'], ...checks: Check[]): HostWalk => ({
  ...{ host: `${role}.test`, role, url: `https://${role}.test/v2`, source: 'default', checks },
});
const findings = (hosts: HostWalk[], checks: Check[] = []) =>
  walkFindings({ image: 'reg.test/app:v1', registry: 'reg.test', hosts, checks, node: 'n1' });
const told = (hosts: HostWalk[], checks: Check[] = []): string[] =>
  findings(hosts, checks).map(({ severity, cause, also }) => [severity, cause, ...also].join(' '));

const up = host('upstream', check('registry.manifest'));
const down = host('upstream', check('registry.manifest', 'rate-limited'));
const dead = host('mirror', check('tcp.connect', 'tcp-refused'));

t.test('what a walk means', t => {
  const cases: [string, HostWalk[], Check[], string[]][] = [
    ['all passed', [up], [], []],
    ['a mirror that a later host saves', [dead, up], [], ['warning mirror-failure network-unreachable']],
    ['nothing works', [dead, down], [], ['error rate-limited', 'warning mirror-failure network-unreachable']],
    [
      'a ping that fails where the manifest is served',
      [host('upstream', check('registry.ping', 'not-a-registry'), check('registry.manifest'))],
      [],
      [],
    ],
    [
      'a ping that fails without an image',
      [host('upstream', check('registry.ping', 'registry-error'))],
      [],
      ['error registry-error'],
    ],
    [
      'one of two addresses',
      [host('upstream', check('tcp.connect', 'tcp-timeout'), check('tcp.connect'), check('registry.manifest'))],
      [],
      ['warning network-timeout'],
    ],
    [
      'one of two nameservers',
      [host('upstream', check('dns.nameserver', 'dns-timeout'), check('dns.resolve'))],
      [],
      ['warning dns-failure'],
    ],
    [
      'a registry that no request can go to',
      [],
      [check('config.containerd', 'registry-name-unusable', { effect: 'pull-fails' })],
      ['error image-name-invalid'],
    ],
    [
      'a broken hosts.toml hides what follows from it',
      [host('upstream', check('dns.resolve', 'dns-nxdomain'))],
      [check('config.hosts-toml', 'hosts-config-invalid', { effect: 'ignored' })],
      ['error hosts-config-invalid dns-failure'],
    ],
    [
      'a broken hosts.toml that does no harm now',
      [up],
      [check('config.hosts-toml', 'hosts-config-invalid', { effect: 'ignored' })],
      ['warning hosts-config-invalid'],
    ],
    [
      'a CA file that fails every pull',
      [up],
      [check('config.ca-files', 'ca-unreadable', { effect: 'pull-fails' })],
      ['error hosts-config-invalid'],
    ],
    [
      'a CA file that fails every pull, and a mirror that would fail too',
      [dead, up],
      [check('config.ca-files', 'ca-unreadable', { effect: 'pull-fails' })],
      ['error hosts-config-invalid'],
    ],
    [
      'an ended certificate and a clock that is behind',
      [host('upstream', check('tls.chain', 'tls-expired'))],
      [check('node.clock', 'clock-skewed', { skewSeconds: 86_400 })],
      ['error tls-expired clock-skew', 'warning clock-skew'],
    ],
    [
      'a certificate that is not valid yet and a clock that is behind',
      [host('upstream', check('tls.chain', 'tls-not-yet-valid'))],
      [check('node.clock', 'clock-skewed', { skewSeconds: 86_400 })],
      ['error clock-skew tls-expired'],
    ],
    [
      'an expired certificate and a wrong clock',
      [host('upstream', check('tls.chain', 'tls-expired'))],
      [check('node.clock', 'clock-skewed')],
      ['error clock-skew tls-expired'],
    ],
    [
      'an expired certificate, the clock not known',
      [host('upstream', check('tls.chain', 'tls-expired'))],
      [],
      ['error tls-expired clock-skew'],
    ],
    [
      'a private image',
      [host('upstream', check('registry.manifest', 'auth-required'))],
      [],
      ['error auth-required image-not-found'],
    ],
    [
      'a configuration that containerd does not have yet, and that may be why',
      [host('upstream', check('tls.chain', 'tls-unknown-authority'))],
      [check('config.containerd', 'config-not-reloaded', { effect: 'ignored' })],
      ['error hosts-config-invalid tls-unknown-authority'],
    ],
    [
      'a configuration that containerd may not have yet',
      [host('upstream', check('tls.chain', 'tls-unknown-authority'))],
      [check('config.containerd', 'config-not-reloaded', { effect: 'unknown' })],
      ['error tls-unknown-authority', 'warning hosts-config-invalid tls-unknown-authority'],
    ],
    ['a runtime that is down', [up], [check('runtime.cri', 'cri-unavailable')], ['error runtime-unavailable']],
  ];
  for (const [title, hosts, checks, wanted] of cases) t.same(told(hosts, checks), wanted, title);
  t.end();
});

t.test('what containerd has not read yet is mended by a restart', t => {
  const stale = check('config.containerd', 'config-not-reloaded', { effect: 'ignored' });
  const [finding] = findings([host('upstream', check('registry.manifest'))], [stale]);
  t.match(finding?.fix, [{ run: 'systemctl restart containerd' }]);
  t.end();
});

t.test('a finding has its evidence, its host, a fix, and all six questions', t => {
  const blob = check('registry.blob', 'blob-host-unreachable', { host: 'cdn.test' });
  const [finding] = findings([host('upstream', check('registry.manifest'), blob)]);
  t.match(finding, {
    cause: 'redirect-blocked',
    host: 'cdn.test',
    evidence: ['registry.blob'],
    code: 'blob-host-unreachable',
  });
  t.ok((finding?.fix.length ?? 0) > 0);
  t.equal(finding?.checklist.length, 6);
  t.match(finding?.checklist[1], { answer: 'no', why: /registry\.blob/ });
  t.end();
});

t.test("what to do is done with the runtime's own files and unit", t => {
  const runs = (source: string, problem: Check): string =>
    findings([{ ...down, source }], [problem])
      .flatMap(({ fix }) => fix.flatMap(({ run }) => run ?? []))
      .join('\n');
  const stale = check('config.containerd', 'config-not-reloaded');
  t.match(runs('/etc/containers/registries.conf', stale), /^systemctl restart crio$/m);
  t.match(runs('default', stale), /^systemctl restart containerd$/m);
  const invalid = (file: string): Check => check('config.containerd', 'config-invalid', { file });
  t.match(runs('default', invalid('/etc/containers/registries.conf')), /^systemctl restart crio$/m);
  t.notMatch(runs('default', invalid('/etc/containerd/config.toml')), /crio/);
  t.end();
});
