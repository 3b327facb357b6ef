import t from 'tap';
import * as v from 'valibot';
import { causes } from '../../src/model/cause.ts';
import { causeSchema, findingSchema, stageSchema, word } from '../../src/wire/finding-schema.ts';
import { sampleFinding } from '../aggregator/sample.ts';

t.test('a finding passes as it is', t => {
  t.same(v.parse(findingSchema, sampleFinding()), sampleFinding());
  t.end();
});

t.test('every cause passes, and a newer program’s becomes other', t => {
  for (const cause of Object.keys(causes)) t.equal(v.parse(causeSchema, cause), cause);
  for (const unknown of ['quantum-failure', 'constructor', '__proto__', 'toString', ''])
    t.equal(v.parse(causeSchema, unknown), 'other', unknown);
  for (const wrong of [1, null, undefined, {}, 'x'.repeat(65)]) t.notOk(v.is(causeSchema, wrong));
  t.end();
});

t.test('words of a newer program are not known here, and never make a finding milder', t => {
  t.equal(v.parse(stageSchema, 'tls'), 'tls');
  t.equal(v.parse(stageSchema, 'teleport'), null);
  const newer = { ...sampleFinding(), severity: 'catastrophe', owner: 'vendor', retry: 'tomorrow', extra: { a: 1 } };
  const parsed = v.parse(findingSchema, newer);
  t.match(parsed, { severity: 'error', owner: null, retry: null });
  t.notOk('extra' in parsed);
  t.end();
});

t.test('what an older program leaves out is filled in', t => {
  const { also, stage, owner, retry, host, checklist, fix, textCause, pods, severity, ...older } = sampleFinding();
  t.ok([also, stage, owner, retry, host, checklist, fix, textCause, pods, severity]);
  t.match(v.parse(findingSchema, older), { also: [], stage: null, fix: [], pods: [], severity: 'error', host: null });
  t.end();
});

t.test('wrong types and sizes are refused', t => {
  const wrong: Record<string, unknown>[] = [
    { id: '' },
    { id: 'a b' },
    { id: 'x'.repeat(129) },
    { cause: 7 },
    { message: null },
    { message: 'x'.repeat(4097) },
    { pods: {} },
    { pods: [{}] },
    { pods: Array.from({ length: 1001 }, () => sampleFinding().pods[0]) },
    { firstSeen: -1 },
    { firstSeen: 1.5 },
    { lastSeen: '1' },
    { checklist: [{ question: 7, answer: 'yes', why: '' }] },
    { checklist: [{ question: 1, answer: 'maybe', why: '' }] },
    { fix: [{ say: 1 }] },
    { image: undefined },
  ];
  for (const fields of wrong) t.notOk(v.is(findingSchema, { ...sampleFinding(), ...fields }), JSON.stringify(fields));
  t.end();
});

t.test('a word has no blanks and nothing that a terminal obeys', t => {
  for (const good of ['node-1', 'a', 'ip-10-0-0-1.eu', 'uid:1/2']) t.ok(v.is(word(20), good), good);
  for (const bad of ['', 'a b', 'a\n', '\u001b[31m', 'ä', 'x'.repeat(21)]) t.notOk(v.is(word(20), bad), bad);
  t.end();
});
