import t from 'tap';
import { findingWriter } from '../../../src/aggregator/store/finding-rows.ts';
import { openDatabase, type Database } from '../../../src/aggregator/store/open.ts';
import { sampleFinding, samplePod, temporaryDirectory } from '../sample.ts';

const withNodes = (t: Parameters<typeof temporaryDirectory>[0]): Database => {
  const db = openDatabase(temporaryDirectory(t));
  t.teardown(() => db.close());
  for (const uid of ['old', 'new'])
    db.exec(
      `INSERT INTO node (uid, name, first_seen, last_seen, seq, agent_version, dropped, errors) VALUES ('${uid}', 'n', 1, 1, 1, '', '', 1)`,
    );
  return db;
};

const rowsOf = (db: Database): unknown[] =>
  db.prepare('SELECT node_id, finding_id, opened_at, changed_at, closed_at FROM finding ORDER BY id').all();

const row = (node: number, id: string, ...[opened, changed, closed]: (number | null)[]): object => ({
  node_id: node,
  finding_id: id,
  opened_at: opened,
  changed_at: changed,
  closed_at: closed,
});

t.test('findings open, change, close and open again, and each life is a row', t => {
  const db = withNodes(t);
  const { replace } = findingWriter(db);
  const [a, b] = [sampleFinding({ id: 'a' }), sampleFinding({ id: 'b' })];
  replace(1, [a, b], 10);
  replace(1, [a, { ...b, lastSeen: 9999 }], 20);
  t.same(rowsOf(db), [row(1, 'a', 10, 10, null), row(1, 'b', 10, 20, null)]);
  replace(1, [a], 30);
  replace(1, [a, b, b], 40);
  t.same(rowsOf(db), [row(1, 'a', 10, 10, null), row(1, 'b', 10, 30, 30), row(1, 'b', 40, 40, null)]);
  t.end();
});

t.test('what is searched by is kept beside the finding', t => {
  const db = withNodes(t);
  const pods = ['prod', 'test', 'prod'].map(namespace => samplePod({ namespace }));
  findingWriter(db).replace(1, [sampleFinding({ image: 'nginx', registry: null, pods })], 10);
  t.match(db.prepare('SELECT * FROM finding').get(), {
    image: 'docker.io/library/nginx:latest',
    registry: null,
    namespaces: ' prod test ',
    cause: 'dns-failure',
    severity: 'error',
  });
  t.end();
});

t.test('a node that replaces another of its name closes the other’s findings', t => {
  const db = withNodes(t);
  const writer = findingWriter(db);
  writer.replace(1, [sampleFinding()], 10);
  writer.replace(2, [sampleFinding()], 20);
  writer.closeReplaced('n', 2, 30);
  t.same(rowsOf(db), [row(1, 'f-1', 10, 30, 30), row(2, 'f-1', 20, 20, null)]);
  t.same(
    db
      .prepare('SELECT errors FROM node ORDER BY id')
      .all()
      .map(node => node['errors']),
    [0, 1],
  );
  t.end();
});
