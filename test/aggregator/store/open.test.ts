import { chmodSync, copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { inTransaction, openDatabase, storeFault } from '../../../src/aggregator/store/open.ts';
import { PullpathError } from '../../../src/model/error.ts';
import { temporaryDirectory } from '../sample.ts';

const valueOf = (row: Record<string, unknown> | undefined): unknown => Object.values(row ?? {})[0];

t.test('a new database is made below the directory, in WAL mode, and opens again', t => {
  const dataDir = join(temporaryDirectory(t), 'deep', 'data');
  const db = openDatabase(dataDir);
  t.equal(valueOf(db.prepare('PRAGMA journal_mode').get()), 'wal');
  t.equal(valueOf(db.prepare('PRAGMA synchronous').get()), 1, 'NORMAL');
  t.equal(valueOf(db.prepare('PRAGMA foreign_keys').get()), 1);
  db.exec(
    `INSERT INTO node (uid, name, first_seen, last_seen, seq, agent_version, dropped) VALUES ('u', 'n', 1, 1, 1, '', '')`,
  );
  db.close();
  const again = openDatabase(dataDir);
  t.equal(valueOf(again.prepare('SELECT uid FROM node').get()), 'u');
  again.close();
  t.end();
});

t.test('a directory that cannot be used is refused by name', t => {
  const file = join(temporaryDirectory(t), 'file');
  writeFileSync(file, '');
  for (const path of [file, join(file, 'below'), '/proc/pullpath'])
    t.throws(() => openDatabase(path), { code: 'data-dir-unusable', message: new RegExp(path) });
  if (process.getuid?.() !== 0) {
    const locked = temporaryDirectory(t);
    chmodSync(locked, 0o500);
    t.throws(() => openDatabase(locked), { code: 'data-dir-unusable' });
  }
  t.end();
});

t.test('what is no database, or a damaged one, is refused and left as it is', t => {
  const healthy = temporaryDirectory(t);
  openDatabase(healthy).close();
  const cases: [string, (path: string) => void][] = [
    ['noise', path => writeFileSync(path, Buffer.alloc(9000, 'not a database'))],
    [
      'a damaged page',
      path => {
        copyFileSync(join(healthy, 'pullpath.db'), path);
        const bytes = readFileSync(path);
        bytes.fill(0xaa, 4096, 8192);
        writeFileSync(path, bytes);
      },
    ],
    [
      'cut in half',
      path => {
        const bytes = readFileSync(join(healthy, 'pullpath.db'));
        writeFileSync(path, bytes.subarray(0, Math.floor(bytes.length / 2)));
      },
    ],
  ];
  for (const [title, damage] of cases) {
    const dataDir = temporaryDirectory(t);
    const path = join(dataDir, 'pullpath.db');
    damage(path);
    const before = readFileSync(path);
    t.throws(() => openDatabase(dataDir), { code: 'database-corrupt', message: /move it away/ }, title);
    t.ok(readFileSync(path).equals(before), `${title}: untouched`);
  }
  t.end();
});

t.test('a database of a newer program is refused', t => {
  const dataDir = temporaryDirectory(t);
  const db = openDatabase(dataDir);
  db.exec('PRAGMA user_version = 99');
  db.close();
  t.throws(() => openDatabase(dataDir), { code: 'database-newer', message: /schema 99/ });
  t.end();
});

t.test('a transaction that fails leaves nothing', t => {
  const db = openDatabase(temporaryDirectory(t));
  t.teardown(() => db.close());
  db.exec('CREATE TABLE thing (value)');
  t.equal(
    inTransaction(db, () => db.prepare('INSERT INTO thing VALUES (1)').run().changes),
    1,
  );
  t.throws(() =>
    inTransaction(db, () => {
      db.exec('INSERT INTO thing VALUES (2)');
      throw new Error('no');
    }),
  );
  t.equal(valueOf(db.prepare('SELECT count(*) FROM thing').get()), 1);
  t.end();
});

t.test('a full disk is a fault of the store, a wrong statement one of the program', t => {
  const db = openDatabase(temporaryDirectory(t));
  t.teardown(() => db.close());
  db.exec('CREATE TABLE thing (value)');
  const pages = Number(valueOf(db.prepare('PRAGMA page_count').get()));
  db.exec(`PRAGMA max_page_count = ${pages + 2}`);
  const faultOf = (run: () => void): Error => {
    try {
      run();
    } catch (error) {
      return storeFault(error);
    }
    return new Error('nothing was thrown');
  };
  const full = faultOf(() => inTransaction(db, () => db.exec(`INSERT INTO thing VALUES (zeroblob(100000))`)));
  t.match(full, { code: 'store-unavailable', message: /full/ });
  t.equal(valueOf(db.prepare('SELECT count(*) FROM thing').get()), 0);
  t.notOk(faultOf(() => db.exec('SELECT nonsense')) instanceof PullpathError);
  t.match(storeFault('text'), { message: 'text' });
  t.end();
});
