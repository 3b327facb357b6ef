import { DatabaseSync } from 'node:sqlite';
import { join } from 'node:path';
import t from 'tap';
import {
  draftTold,
  packDraft,
  storedTold,
  tellOf,
  timesAfter,
  unpackTold,
} from '../../../src/aggregator/store/node-told.ts';
import { pack } from '../../../src/aggregator/store/packed.ts';
import { openStore } from '../../../src/aggregator/store/store.ts';
import { wayTo } from '../../scope/sample.ts';
import { accept, sampleFinding, sampleFull, temporaryDirectory } from '../sample.ts';

const findings = [sampleFinding({ image: 'team/api', cause: 'tls-unknown-authority' })];
const report = sampleFull(
  {},
  {
    ...{ checks: wayTo('reg.example', 'tls-unknown-authority'), traits: { zone: 'a' }, findings },
    ...{ sentAt: 100, pulled: [{ image: 'docker.io/team/api:latest', at: 50 }] },
  },
);

t.test('what a node tells comes back from the database, with since when', t => {
  const first = draftTold(report, [], { sentAt: 100, at: 90 });
  const old = packDraft({ ...first, traits: new Map([...first.traits, ['zone', 'b'], ['gone', 'x']]) });
  const stored = storedTold(old, { times: timesAfter('', old, 90), opened: [] });
  const draft = draftTold(report, findings, { sentAt: 120, at: 500 });
  t.match(draft.facts, [{ failure: { since: 500 } }], 'opened when it came, as far as the report tells');
  const packed = packDraft(draft);
  const next = storedTold(packed, { times: timesAfter(stored, packed, 500), opened: [['f-1', 7]] });
  const told = unpackTold(next);
  t.match(told?.facts, [{ subject: 'host', name: 'reg.example', failure: { since: 7, findings: ['f-1'] } }]);
  t.equal(told?.traits.get('zone'), 'a');
  t.match(told?.findings, [{ id: 'f-1', image: 'docker.io/team/api:latest' }]);
  const times = {
    from: 90,
    since: new Map([['zone', 500]]),
    gone: [{ name: 'gone', value: 'x', since: null, at: 500 }],
  };
  t.same(told?.times, times);
  t.same(told?.pulled, [{ image: 'docker.io/team/api:latest', at: 50 }]);
  t.same(told, tellOf(draft, { openedAt: () => 7, times }));
  t.same(timesAfter(next, packed, 900), times, 'the same settings are not even read');
  t.same(timesAfter(next, draft, 900), times, 'nor do they change where they are');
  t.end();
});

t.test('what is not stored, in another form or damaged is none', t => {
  const other = '"facts":[],"findings":[],"retries":[],"traits":[["x","a"]]';
  const traits = new Map([['x', 'a']]);
  const earlier = pack(`{"form":2,${other},"times":{"from":5,"since":[["x",7]],"gone":[]}}`);
  for (const stored of ['', earlier, pack(`{"form":1,${other}}`), '{"form":99}\n', '{"form":3}\nAAAA', '{"form'])
    t.equal(unpackTold(stored), null, stored.slice(0, 12));
  const fresh = { from: 9, since: new Map(), gone: [] };
  t.same(timesAfter('', { traits }, 9), fresh);
  t.same(timesAfter(pack(`{"form":1,${other}}`), { traits }, 9), fresh, 'the first form had no times');
  t.same(timesAfter('{"form":3}\nAAAA', { traits }, 9), fresh, 'damaged');
  const kept = { from: 5, since: new Map([['x', 7]]), gone: [] };
  t.same(timesAfter(earlier, { traits }, 9), kept, 'times are carried on from another form');
  t.end();
});

t.test('a node of which an earlier version stored the report tells the same', async t => {
  const dataDir = temporaryDirectory(t);
  const store = openStore(dataDir);
  t.teardown(() => store.close());
  await accept(store, report, 100);
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
