import t from 'tap';
import { storedTold, timesAfter, unpackTold } from '../../../src/aggregator/store/node-told.ts';
import { wayTo } from '../../scope/sample.ts';
import { sampleDigest, sampleFinding, sampleFull, sampleHeartbeat } from '../sample.ts';

t.test('of a full report stays what is stored and judged by', t => {
  const finding = sampleFinding({ id: 'f-1', title: 'first' });
  const again = sampleFinding({ id: 'f-1', title: 'again' });
  const report = sampleFull(
    { seq: 7 },
    { checks: wayTo('reg.example', 'tls-unknown-authority'), findings: [finding, again], sentAt: 100 },
  );
  const { full, ...head } = sampleDigest(report, 500);
  t.match(head, { node: { uid: report.node.uid, bootId: report.node.bootId }, seq: 7, fullSeq: 7, at: 500 });
  t.equal(head.chars, JSON.stringify(report).length);
  t.same(
    full?.findings.map(({ json }) => JSON.parse(json) as unknown),
    [again],
    'one of each id, the last',
  );
  t.match(full?.findings, [{ head: { id: 'f-1', title: 'again', namespaces: ['prod'], pods: 1 } }]);
  t.match(full?.ways, [{ registry: 'reg.example' }]);
  t.match(full?.containers, [{ namespace: 'prod', pod: 'api-1' }]);
  t.equal(full?.waiting, report.pulls.length);
  const stored = full && storedTold(full.told, { times: timesAfter('', full.told, 500), opened: [['f-1', 400]] });
  t.match(unpackTold(stored ?? '')?.facts, [{ subject: 'host', name: 'reg.example', failure: { since: 400 } }]);
  t.end();
});

t.test('a heartbeat is its head', t => {
  const report = sampleHeartbeat({ seq: 9 }, 7);
  const digest = sampleDigest(report, 500);
  t.equal(digest.full, null);
  t.equal(digest.fullSeq, 7);
  t.equal(digest.dropped, JSON.stringify(report.dropped));
  t.end();
});

t.test('it is the same in another thread', t => {
  const digest = sampleDigest(sampleFull({}, { findings: [sampleFinding()], traits: { zone: 'a' } }), 500, true);
  t.same(structuredClone(digest), digest);
  t.end();
});
