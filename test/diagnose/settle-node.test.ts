import t from 'tap';
import { settleNode, type NodeMemo } from '../../src/diagnose/settle-node.ts';
import type { Finding } from '../../src/model/finding.ts';
import type { Walk } from '../../src/model/walk.ts';
import { pullTexts, sampleCheck, sampleFinding, sampleHost, sampleWalk, walkedAt } from './sample-walk.ts';

const node = { uid: 'u', name: 'node-1' };
const image = 'reg.test/team/api:1';
const told = (texts: ReturnType<typeof sampleFinding>[], walks: Walk[]): string[] =>
  settleNode(
    { texts, walks, mirrors: [] },
    { node, now: walkedAt + 900, memo: { settled: new Map(), standing: new Map() } },
  ).map(({ severity, cause, image: of }) => `${severity} ${cause} ${of ?? '-'}`);

t.test('what a failing pull tells is told once, and what none tells beside it', t => {
  const refused = { id: 'tcp.connect', code: 'tcp-refused' } as const;
  const walks = [
    sampleWalk(image, [sampleHost('reg.test', refused)]),
    sampleWalk('other.test', [sampleHost('other.test', refused)]),
  ];
  const text = sampleFinding(pullTexts['network-timeout']);
  t.same(told([text], walks), [`error network-unreachable ${image}`, 'warning network-unreachable -']);
  t.same(told([], walks), ['warning network-unreachable -', 'warning network-unreachable -']);
  t.end();
});

t.test('two images that fail at one host are a finding each, and the host is none besides', t => {
  const other = 'reg.test/team/web:2';
  const texts = [
    sampleFinding(pullTexts['network-timeout']),
    sampleFinding(pullTexts['network-timeout'], { image: other }),
  ];
  const walks = [sampleWalk('reg.test', [sampleHost('reg.test', { id: 'tls.chain', code: 'tls-expired' })])];
  t.same(told(texts, walks), [`error tls-expired ${image}`, `error tls-expired ${other}`]);
  t.end();
});

t.test('a nameserver that is dead for a failing pull and for other registries is one fault', t => {
  const dead = { id: 'dns.resolve', code: 'dns-timeout', facts: { nameservers: ['10.0.0.2'] } } as const;
  const walks = ['reg.test', 'a.test', 'b.test'].map(name => sampleWalk(name, [sampleHost(name, dead)]));
  t.same(told([sampleFinding(pullTexts['dns-failure'])], walks), [`error dns-failure ${image}`]);
  const spare = {
    ...sampleHost('c.test'),
    checks: [sampleCheck('dns.nameserver', 'dns-timeout', { server: '10.0.0.2' }), ...sampleHost('c.test').checks],
  };
  t.same(told([], [sampleWalk('c.test', [spare])]), ['warning dns-failure -']);
  t.end();
});

t.test('what is settled is taken again until something is new about it, and forgotten when it is over', t => {
  const memo: NodeMemo = { settled: new Map(), standing: new Map() };
  const settled = (text: ReturnType<typeof sampleFinding>[], walks: Walk[]): Finding[] =>
    settleNode({ texts: text, walks, mirrors: [] }, { node, now: walkedAt + 900, memo });
  const walks = [sampleWalk('reg.test', [sampleHost('reg.test', { id: 'tls.chain', code: 'tls-expired' })])];
  const text = sampleFinding(pullTexts['network-timeout']);
  const [first] = settled([text], walks);
  const [again] = settled([{ ...text, lastSeen: text.lastSeen + 5 }], walks);
  t.equal(again?.fix, first?.fix, 'the very same');
  t.same(again, { ...first, lastSeen: text.lastSeen + 5 }, 'with its times anew');
  const [changed] = settled(
    [text],
    [sampleWalk('reg.test', [sampleHost('reg.test', { id: 'tls.chain', code: 'tls-name-mismatch' })])],
  );
  t.equal(changed?.cause, 'tls-name-mismatch', 'another walk');
  const [other] = settled([sampleFinding(pullTexts['rate-limited'])], []);
  t.equal(other?.cause, 'rate-limited', 'another text');
  settled([], []);
  t.equal(memo.settled.size, 0);
  t.end();
});
