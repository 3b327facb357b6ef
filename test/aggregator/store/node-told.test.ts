import { DatabaseSync } from 'node:sqlite';
import { join } from 'node:path';
import t from 'tap';
import { packTold, tellOf, unpackTold } from '../../../src/aggregator/store/node-told.ts';
import { pack } from '../../../src/aggregator/store/packed.ts';
import { openStore } from '../../../src/aggregator/store/store.ts';
import { wayTo } from '../../scope/sample.ts';
import { sampleFinding, sampleFull, temporaryDirectory } from '../sample.ts';

const findings = [sampleFinding({ image: 'team/api', cause: 'tls-unknown-authority' })];
const report = sampleFull(
  {},
  { checks: wayTo('reg.example', 'tls-unknown-authority'), traits: { zone: 'a' }, findings },
);

t.test('what a node tells comes back from the database', t => {
  const told = tellOf(report, [{ finding: findings[0] ?? sampleFinding(), openedAt: 7 }]);
  t.match(told.facts, [{ subject: 'host', name: 'reg.example', failure: { since: 7, findings: ['f-1'] } }]);
  t.equal(told.traits.get('zone'), 'a');
  t.match(told.findings, [{ id: 'f-1', image: 'docker.io/team/api:latest' }]);
  t.same(unpackTold(packTold(told)), told);
  t.end();
});

t.test('what is not stored, or in another form, is none', t => {
  t.equal(unpackTold(''), null);
  t.equal(unpackTold(pack('{"form":0,"facts":[],"findings":[],"retries":[],"traits":[]}')), null);
  t.end();
});

t.test('a node of which an earlier version stored the report tells the same', async t => {
  const dataDir = temporaryDirectory(t);
  const store = openStore(dataDir);
  t.teardown(() => store.close());
  await store.accept(report, 100);
  const before = await store.changedSince(0, 10);
  t.equal(before[0]?.told?.findings.length, 1);
  const { runtime, checks, pulls, retries, traits = {} } = report;
  const db = new DatabaseSync(join(dataDir, 'pullpath.db'));
  for (const [told, state] of [
    ['', { runtime, checks, pulls, retries, traits }],
    [pack('{"form":0}'), report],
  ] as const) {
    db.prepare('UPDATE node_body SET told = ?, state = ?').run(told, pack(JSON.stringify(state)));
    t.same(await store.changedSince(0, 10), before);
  }
  db.close();
});
