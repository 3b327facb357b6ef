import { DatabaseSync } from 'node:sqlite';
import { join } from 'node:path';
import t from 'tap';
import { draftTold, packTold, settingsBefore, tellOf, unpackTold } from '../../../src/aggregator/store/node-told.ts';
import { pack } from '../../../src/aggregator/store/packed.ts';
import { openStore } from '../../../src/aggregator/store/store.ts';
import { wayTo } from '../../scope/sample.ts';
import { sampleFinding, sampleFull, temporaryDirectory } from '../sample.ts';

const findings = [sampleFinding({ image: 'team/api', cause: 'tls-unknown-authority' })];
const report = sampleFull(
  {},
  {
    ...{ checks: wayTo('reg.example', 'tls-unknown-authority'), traits: { zone: 'a' }, findings },
    ...{ sentAt: 100, pulled: [{ image: 'docker.io/team/api:latest', at: 50 }] },
  },
);

t.test('what a node tells comes back from the database', t => {
  const openedAt = (): number => 7;
  const first = tellOf(draftTold(report, [], { sentAt: 100, at: 90 }), { at: 90, openedAt, before: null });
  const before = { ...first, traits: new Map([...first.traits, ['zone', 'b'], ['gone', 'x']]) };
  const draft = draftTold(report, findings, { sentAt: 120, at: 500 });
  t.match(draft.facts, [{ failure: { since: 500 } }], 'opened when it came, as far as the report tells');
  const told = tellOf(draft, { at: 500, openedAt, before });
  t.match(told.facts, [{ subject: 'host', name: 'reg.example', failure: { since: 7, findings: ['f-1'] } }]);
  t.equal(told.traits.get('zone'), 'a');
  t.match(told.findings, [{ id: 'f-1', image: 'docker.io/team/api:latest' }]);
  t.same(told.times, {
    from: 90,
    since: new Map([['zone', 500]]),
    gone: [{ name: 'gone', value: 'x', since: null, at: 500 }],
  });
  t.same(told.pulled, [{ image: 'docker.io/team/api:latest', at: 50 }]);
  t.same(unpackTold(packTold(told)), told);
  t.same(settingsBefore(packTold(told)), { traits: told.traits, times: told.times });
  t.end();
});

t.test('what is not stored, or in another form, is none', t => {
  t.equal(unpackTold(''), null);
  const other = '"facts":[],"findings":[],"retries":[],"traits":[["x","a"]]';
  t.equal(unpackTold(pack(`{"form":1,${other}}`)), null);
  t.equal(settingsBefore(''), null);
  t.equal(settingsBefore(pack(`{"form":1,${other}}`)), null, 'the first form had no times');
  t.same(
    settingsBefore(pack(`{"form":99,${other},"times":{"from":5,"since":[["x",7]],"gone":[]}}`)),
    { traits: new Map([['x', 'a']]), times: { from: 5, since: new Map([['x', 7]]), gone: [] } },
    'times are carried on from another form',
  );
  t.end();
});

t.test('a node of which an earlier version stored the report tells the same', async t => {
  const dataDir = temporaryDirectory(t);
  const store = openStore(dataDir);
  t.teardown(() => store.close());
  await store.accept(report, 100);
  const before = await store.changedSince(0, 10);
  t.equal(before[0]?.told?.findings.length, 1);
  const { runtime, checks, pulls, retries, pulled = [], traits = {} } = report;
  const db = new DatabaseSync(join(dataDir, 'pullpath.db'));
  for (const [told, state] of [
    ['', { runtime, checks, pulls, retries, pulled, traits }],
    [pack('{"form":0}'), report],
  ] as const) {
    db.prepare('UPDATE node_body SET told = ?, state = ?').run(told, pack(JSON.stringify(state)));
    t.same(await store.changedSince(0, 10), before);
  }
  db.close();
});
