import t from 'tap';
import { settleFindings } from '../../src/diagnose/settle.ts';
import type { Check, CheckId } from '../../src/model/check.ts';
import type { Finding } from '../../src/model/finding.ts';
import { limits } from '../../src/model/limits.ts';
import type { HostWalk, Walk } from '../../src/model/walk.ts';
import { pullTexts, sampleCheck, sampleFinding, sampleHost, sampleWalk, soundNode, walkedAt } from './sample-walk.ts';

const image = 'reg.test/team/api:1';
const forNode = { node: 'node-1', now: walkedAt + 2_000 };
type Text = keyof typeof pullTexts;

const settle = (text: Text, walks: Walk[], given: Parameters<typeof sampleFinding>[1] = {}): Finding => {
  const [finding] = settleFindings([sampleFinding(pullTexts[text], given)], walks, forNode);
  if (finding === undefined) throw new Error('no finding');
  return finding;
};
const broken = (id: CheckId, code: string, facts: Check['facts'] = {}): HostWalk =>
  sampleHost('reg.test', { id, code, facts });
const walk = (...hosts: HostWalk[]): Walk => sampleWalk(image, hosts);
const withNode = (host: HostWalk, ...checks: Check[]): Walk =>
  sampleWalk(image, [host], {
    checks: [...checks, ...soundNode.filter(one => !checks.some(({ id }) => id === one.id))],
  });
const whole = sampleHost('reg.test');
const ignoredFile = sampleCheck('config.hosts-toml', 'hosts-config-invalid', {
  ...{ file: '/etc/containerd/certs.d/reg.test/hosts.toml', line: 3, effect: 'ignored' },
});

t.test('text and walk together name the final cause, and the text’s own is kept', t => {
  const dead = sampleHost('mirror.test', { id: 'tcp.connect', code: 'tcp-refused' }, 'mirror');
  const cases: [string, Text, Walk, string][] = [
    ['it is what the text says', 'dns-failure', walk(broken('dns.resolve', 'dns-nxdomain')), 'dns-failure'],
    [
      'a hosts.toml that does not parse shows as no such host',
      'dns-failure',
      withNode(broken('dns.resolve', 'dns-nxdomain'), ignoredFile),
      'hosts-config-invalid',
    ],
    [
      'a missing repository',
      'tag-not-found',
      walk(broken('registry.manifest', 'repository-not-found')),
      'image-not-found',
    ],
    ['a missing tag', 'tag-not-found', walk(broken('registry.manifest', 'tag-not-found')), 'tag-not-found'],
    [
      'a registry that does not tell which',
      'tag-not-found',
      walk(broken('registry.manifest', 'manifest-not-found')),
      'tag-not-found image-not-found',
    ],
    ['a sign-in page', 'unsupported-manifest', walk(broken('registry.manifest', 'not-a-registry')), 'not-a-registry'],
    [
      'a blocked CDN',
      'network-timeout',
      walk(broken('registry.blob', 'blob-host-unreachable', { host: 'cdn.test' })),
      'redirect-blocked',
    ],
    [
      'a certificate that has ended, by a right clock',
      'tls-expired',
      walk(broken('tls.chain', 'tls-expired')),
      'tls-expired',
    ],
    [
      'a certificate that only a wrong clock calls ended',
      'tls-expired',
      withNode(broken('tls.chain', 'tls-not-yet-valid'), sampleCheck('node.clock', 'clock-skewed')),
      'clock-skew',
    ],
    [
      'a certificate, and nobody told the time',
      'tls-expired',
      withNode(broken('tls.chain', 'tls-expired'), sampleCheck('node.clock', 'not-told')),
      'tls-expired clock-skew',
    ],
    [
      'a private image: what the text leaves open of credentials stays open',
      'auth-required',
      walk(broken('registry.manifest', 'auth-required')),
      'auth-required image-not-found credential-provider auth-denied',
    ],
    [
      'credentials that were refused, which a walk without any cannot see',
      'auth-denied',
      walk(broken('registry.manifest', 'auth-required')),
      'auth-denied auth-required',
    ],
    [
      'a registry that hides what is private as not found',
      'auth-denied',
      walk(broken('registry.manifest', 'repository-not-found')),
      'auth-denied auth-required',
    ],
    [
      'not found with the pod’s credentials, private without',
      'tag-not-found',
      walk(broken('registry.manifest', 'auth-required')),
      'tag-not-found image-not-found',
    ],
    [
      'a refusal of what is not there',
      'auth-required',
      walk(broken('registry.manifest', 'repository-not-found')),
      'image-not-found',
    ],
    ['a rate limit', 'rate-limited', walk(broken('registry.manifest', 'rate-limited')), 'rate-limited'],
    ['HTTP where TLS is spoken to', 'plain-http', walk(broken('tls.handshake', 'tls-plain-http')), 'plain-http'],
    ['a proxy', 'network-timeout', walk(broken('tls.handshake', 'proxy-refused')), 'proxy-failure'],
    [
      'a mirror and the upstream, which answers',
      'mirror-failure',
      walk(dead, broken('registry.manifest', 'rate-limited')),
      'rate-limited',
    ],
    [
      'a mirror that is this node’s only way out',
      'mirror-failure',
      walk(dead, broken('tcp.connect', 'tcp-timeout')),
      'mirror-failure network-unreachable network-timeout',
    ],
    [
      'what comes after the last byte, which no walk sees',
      'disk-full',
      walk(broken('tcp.connect', 'tcp-refused')),
      'disk-full disk-io',
    ],
  ];
  for (const [title, text, said, wanted] of cases) {
    const finding = settle(text, [said]);
    t.equal([finding.cause, ...finding.also].join(' '), wanted, title);
    t.equal(finding.textCause, sampleFinding(pullTexts[text]).textCause, `${title}: the text’s cause`);
    t.equal(finding.message, sampleFinding(pullTexts[text]).message, `${title}: the text`);
    t.equal(finding.severity, 'error', `${title}: severity`);
  }
  t.end();
});

t.test('a finding shows the checks that speak for it, its host, and a fix for its final cause', t => {
  const cdn = settle('network-timeout', [walk(broken('registry.blob', 'blob-host-unreachable', { host: 'cdn.test' }))]);
  t.match(cdn, { host: 'cdn.test', stage: 'blob', owner: 'network', retry: 'heals' });
  t.same(cdn.evidence?.at(-1), {
    ...{ check: 'registry.blob', host: 'reg.test', code: 'blob-host-unreachable', at: walkedAt + 500 },
  });
  t.match(cdn.evidence?.[0], { check: 'dns.resolve', code: null });
  t.match(cdn.fix.map(step => step.say).join('\n'), /cdn\.test:443/);
  t.match(cdn.checklist[0], { question: 1, answer: 'yes' });

  const file = settle('dns-failure', [withNode(broken('dns.resolve', 'dns-nxdomain'), ignoredFile)]);
  t.match(file.evidence, [{ check: 'config.hosts-toml', host: null, code: 'hosts-config-invalid' }]);
  t.match(file.fix[0], { say: /hosts\.toml, line 3/, run: 'sed -n 1,6p /etc/containerd/certs.d/reg.test/hosts.toml' });
  t.match(file.title, /config\.hosts-toml hosts-config-invalid/, 'the check’s own words stand in the title');

  const untrusted = { ...broken('tls.chain', 'tls-unknown-authority'), source: '/etc/containers/registries.conf' };
  const crio = settle('network-timeout', [walk(untrusted)]).fix.map(({ run }) => run ?? '');
  t.ok(
    crio.some(run => run.includes('/etc/containers/certs.d/reg.test/ca.crt')),
    'where its runtime looks',
  );
  t.notOk(crio.some(run => run.includes('containerd')));

  const tag = settle('tag-not-found', [walk(broken('registry.manifest', 'tag-not-found'))]);
  t.equal(tag.title, 'reg.test: registry.manifest tag-not-found', 'and does not leave open what the walk told apart');

  const missing = settle('tag-not-found', [walk(broken('registry.manifest', 'repository-not-found'))]);
  t.match(missing.checklist, [{ answer: 'no' }, { answer: 'no' }, {}, {}, {}, { answer: 'yes' }]);
  t.match(missing.fix[0]?.run, /kubectl -n prod set image/, 'with the pod’s own names');
  t.end();
});

t.test('a path that is sound by now is said to be; the cause stays the text’s until the kubelet succeeds', t => {
  const healed = settle('network-timeout', [walk(whole)]);
  t.match(healed, { cause: 'network-timeout', severity: 'error', title: /; the path works now$/ });
  t.match(healed.fix[0], { say: /wait for the kubelet, its next attempt, at 00:17:00 UTC/, run: /rollout restart/ });
  t.match(healed.checklist, [{ answer: 'yes' }, { answer: 'yes' }, { answer: 'no' }, {}, {}, { answer: 'yes' }]);
  t.ok(healed.evidence?.every(({ code }) => code === null));
  const expired = settle('tls-expired', [walk(whole)]);
  t.same(expired.also, ['clock-skew'], 'certificate or clock: both may have been put right');
  const limited = settle('rate-limited', [walk(whole)]);
  t.notMatch(limited.title, 'works now', 'reading a manifest does not show that the limit is over');
  const failedSince = settle('network-timeout', [walk(whole)], { lastSeen: walkedAt + 1 });
  t.match(failedSince.title, /works now/, 'a line that only repeats the wait is no newer failure');
  t.end();
});

t.test('credentials that are refused for an image that is public are the fault', t => {
  const finding = settle('auth-denied', [walk(whole)]);
  t.match(finding, { cause: 'auth-denied', title: /the image is public/ });
  t.match(finding.checklist, [{ answer: 'yes' }, { answer: 'no' }, { question: 3, answer: 'no' }, {}, {}, {}]);
  t.end();
});

t.test('a walk that was not made, is too old, or was cut short decides nothing', t => {
  const text = sampleFinding(pullTexts['network-timeout']);
  const cut: HostWalk = {
    ...whole,
    checks: whole.checks.map((one, at) => (at < 4 ? one : sampleCheck('registry.manifest', 'cancelled'))),
  };
  const spent: HostWalk = {
    ...whole,
    checks: whole.checks.map((one, at) => (at < 6 ? one : sampleCheck('registry.manifest', 'request-budget'))),
  };
  const none = { ...whole, checks: whole.checks.map(({ id }) => sampleCheck(id as CheckId, 'not-told')) };
  const old = { ...walk(broken('dns.resolve', 'dns-nxdomain')), startedAt: walkedAt - limits.walkUsableMs };
  const cases: [string, Walk[]][] = [
    ['none', []],
    ['of another registry', [sampleWalk('other.test/team/api:1', [broken('dns.resolve', 'dns-nxdomain')])]],
    ['too old', [old]],
    ['cut short', [walk(cut)]],
    ['requests spent', [walk(spent)]],
    ['nothing tested', [walk(none)]],
    ['of another image’s own fault', [sampleWalk('reg.test/other:1', [broken('registry.manifest', 'tag-not-found')])]],
  ];
  for (const [title, walks] of cases) {
    const [finding] = settleFindings([text], walks, forNode);
    t.same([finding?.cause, finding?.title], [text.cause, text.title], title);
  }
  const slow = {
    ...whole,
    checks: [sampleCheck('dns.resolve', 'dns-timeout'), sampleCheck('registry.manifest', 'cancelled')],
  };
  t.equal(settle('network-timeout', [walk(slow)]).cause, 'dns-failure', 'but a failure before the cut was seen');
  t.end();
});

t.test('a walk older than the failure only explains it; a newer one replaces it', t => {
  const before = { ...walk(broken('dns.resolve', 'dns-nxdomain')), startedAt: walkedAt - 30_000 };
  const failed = { firstSeen: walkedAt - 10_000, lastSeen: walkedAt - 5_000 };
  t.equal(
    settle('network-timeout', [before], failed).cause,
    'dns-failure',
    'a time-out may be a name that is not resolved',
  );
  t.equal(settle('rate-limited', [before], failed).cause, 'rate-limited', 'since then a registry has answered');
  t.equal(
    settle('rate-limited', [walk(broken('dns.resolve', 'dns-nxdomain'))]).cause,
    'dns-failure',
    'now it does not',
  );
  t.end();
});

t.test('a newer walk of the registry knows better of the way there, and nothing of the image', t => {
  const older = { ...walk(broken('tcp.connect', 'tcp-refused')), startedAt: walkedAt - 500 };
  const registry = sampleWalk('reg.test', [whole]);
  t.equal(settle('network-timeout', [older]).cause, 'network-unreachable');
  const open = settle('network-timeout', [older, registry]);
  t.match(open, { cause: 'network-timeout', checklist: [{}, {}, {}, {}, {}, { answer: 'yes', why: /now/ }] });
  t.notMatch(open.title, 'works now', 'the image was not tested');
  const missing = { ...walk(broken('registry.manifest', 'tag-not-found')), startedAt: walkedAt - 500 };
  t.equal(settle('tag-not-found', [missing, registry]).also.length, 0, 'what it said of the image stands');
  const gone = sampleWalk('reg.test', [broken('dns.resolve', 'dns-nxdomain')]);
  t.equal(settle('network-timeout', [older, gone]).cause, 'dns-failure');
  t.end();
});
