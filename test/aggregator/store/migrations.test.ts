import { DatabaseSync } from 'node:sqlite';
import t from 'tap';
import { migrations } from '../../../src/aggregator/store/migrations.ts';

t.test('the steps run one after the other from nothing, and every table is STRICT', t => {
  const db = new DatabaseSync(':memory:');
  for (const step of migrations) db.exec(step);
  const tables = db.prepare(`SELECT name, strict FROM pragma_table_list WHERE name NOT LIKE 'sqlite%'`).all();
  t.same(tables.map(table => String(table['name'])).sort(), [
    ...[
      'asked_retry',
      'boot',
      'check_period',
      'counter',
      'event',
      'finding',
      'gone_node',
      'incident',
      'node',
      'node_body',
    ],
  ]);
  for (const table of tables) t.equal(table['strict'], 1, String(table['name']));
  db.close();
  t.end();
});

t.test('a node has at most one open finding of an id', t => {
  const db = new DatabaseSync(':memory:');
  for (const step of migrations) db.exec(step);
  db.exec(
    `INSERT INTO node (uid, name, first_seen, last_seen, seq, agent_version, dropped) VALUES ('u', 'n', 1, 1, 1, '', '')`,
  );
  const insert = db.prepare(
    `INSERT INTO finding (node_id, finding_id, severity, cause, namespaces, opened_at, changed_at, closed_at, body)
     VALUES (1, 'f', 'error', 'other', '', 1, 1, ?, '{}')`,
  );
  insert.run(2);
  insert.run(null);
  t.throws(() => insert.run(null), /UNIQUE/);
  insert.run(3);
  db.close();
  t.end();
});
