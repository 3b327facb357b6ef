import t from 'tap';
import { digestOf } from '../../../src/aggregator/store/digest.ts';
import { wayTo } from '../../scope/sample.ts';
import { sampleFinding, sampleFull, sampleHeartbeat } from '../sample.ts';

const bodyFor = (report: unknown): { text: string; gzip: null } => ({ text: JSON.stringify(report), gzip: null });

t.test('of a full report stays what is stored and judged by', t => {
  const finding = sampleFinding({ id: 'f-1', title: 'first' });
  const again = sampleFinding({ id: 'f-1', title: 'again' });
  const report = sampleFull(
    { seq: 7 },
    { checks: wayTo('reg.example', 'tls-unknown-authority'), findings: [finding, again], sentAt: 100 },
  );
  const { full, ...head } = digestOf(report, 500, bodyFor(report));
  t.match(head, { node: { uid: report.node.uid, bootId: report.node.bootId }, seq: 7, fullSeq: 7 });
  t.same(
    full?.findings.map(({ json }) => JSON.parse(json) as unknown),
    [again],
    'one of each id, the last',
  );
  t.match(full?.told.facts, [{ subject: 'host', name: 'reg.example' }]);
  t.equal(full?.waiting, report.pulls.length);
  t.equal(full?.outcomes.size, 1);
  t.end();
});

t.test('a heartbeat is its head', t => {
  const report = sampleHeartbeat({ seq: 9 }, 7);
  const digest = digestOf(report, 500, bodyFor(report));
  t.equal(digest.full, null);
  t.equal(digest.fullSeq, 7);
  t.equal(digest.dropped, JSON.stringify(report.dropped));
  t.end();
});
