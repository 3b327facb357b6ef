import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { databaseOf, nameOf } from '../../src/aggregator/database-options.ts';
import { temporaryDirectory } from './sample.ts';

const none = { dataDir: './data', databaseUrl: null, databaseUrlFile: null };
const secret = 'hunter2hunter2';
const good = `postgres://user:${secret}@db.example:5433/pullpath?sslmode=require`;

t.test('SQLite where no URL is given, PostgreSQL where one is', t => {
  t.same(databaseOf(none), { kind: 'sqlite', dataDir: './data' });
  t.same(databaseOf({ ...none, databaseUrl: good }), { kind: 'postgres', url: good });
  for (const url of ['postgresql://db.example/name', 'postgres:///name?host=/run/postgresql'])
    t.same(databaseOf({ ...none, databaseUrl: url }), { kind: 'postgres', url });
  t.end();
});

t.test('the URL may be in a file, where ps does not show it', t => {
  const file = join(temporaryDirectory(t), 'url');
  writeFileSync(file, `${good}\n`);
  t.same(databaseOf({ ...none, databaseUrlFile: file }), { kind: 'postgres', url: good });
  t.throws(() => databaseOf({ ...none, databaseUrl: good, databaseUrlFile: file }), { code: 'option-invalid' });
  t.throws(() => databaseOf({ ...none, databaseUrlFile: `${file}-2` }), {
    message: /url-2 cannot be read: no such file.*ENOENT/,
  });
  writeFileSync(file, 'x'.repeat(70_000));
  t.throws(() => databaseOf({ ...none, databaseUrlFile: file }), { message: /no file with a URL/ });
  t.end();
});

t.test('what is no PostgreSQL URL is refused, and never repeated', t => {
  const wrong = [
    ...['', 'db.example', `mysql://user:${secret}@db.example/name`, `postgres://user:${secret}@db.example`],
    ...[`postgres://user:${secret}@db.example/`, `postgres://user:${secret}@/name`, `postgres://u:${secret}@h/a/b`],
    `host=db.example password=${secret}`,
  ];
  for (const url of wrong) {
    let said = '';
    try {
      databaseOf({ ...none, databaseUrl: url });
    } catch (error) {
      said = String(error);
    }
    t.match(said, '--database-url is not a PostgreSQL URL', url);
    t.notMatch(said, secret, url);
  }
  t.end();
});

t.test('a log names the database, and neither user nor password', t => {
  t.equal(nameOf({ kind: 'postgres', url: good }), 'postgres://db.example:5433/pullpath');
  t.equal(nameOf({ kind: 'postgres', url: 'postgres:///name?host=/run/pg&password=x' }), 'postgres:///run/pg/name');
  t.equal(nameOf({ kind: 'sqlite', dataDir: '/data' }), '/data');
  t.end();
});
