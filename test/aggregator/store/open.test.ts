import {
  chmodSync,
  copyFileSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
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
    t.throws(() => openDatabase(dataDir), { code: 'database-corrupt', message: /move pullpath\.db, .*away/ }, title);
    t.ok(readFileSync(path).equals(before), `${title}: untouched`);
  }
  t.end();
});

/** What a process leaves that is killed: nothing is written back, and most of what is new stands in the `-wal` alone. */
const killedBeside = (t: { teardown: (run: () => unknown) => void }): string => {
  const [running, left] = [temporaryDirectory(t), temporaryDirectory(t)];
  openDatabase(running).close();
  const db = openDatabase(running);
  t.teardown(() => db.close());
  const add = db.prepare(
    `INSERT INTO node (uid, name, first_seen, last_seen, seq, agent_version, dropped) VALUES (?, 'n', 1, 1, 1, '', '')`,
  );
  for (let index = 0; index < 100; index += 1) add.run(`u-${index}`);
  for (const name of readdirSync(running)) copyFileSync(join(running, name), join(left, name));
  return left;
};

const nodesIn = (dataDir: string): unknown => {
  const db = openDatabase(dataDir);
  try {
    return valueOf(db.prepare('SELECT count(*) FROM node').get());
  } finally {
    db.close();
  }
};

t.test('damage beside what is newest: refused, and that is kept to the last byte, however often it is tried', t => {
  const sizeOf = (path: string): number => readFileSync(path).length;
  const overwrite = (path: string, from: number, to: number): void => {
    const bytes = readFileSync(path);
    writeFileSync(path, bytes.fill(0x5a, from, to));
  };
  const cases: [string, (path: string) => void][] = [
    ['nothing', () => undefined],
    ['the head', path => overwrite(path, 0, 100)],
    ['every page but the first', path => overwrite(path, 4096, sizeOf(path))],
    ['the last page', path => overwrite(path, sizeOf(path) - 4096, sizeOf(path))],
    ['cut in half', path => truncateSync(path, sizeOf(path) / 2)],
    ['emptied', path => truncateSync(path, 0)],
    ['removed', path => rmSync(path)],
  ];
  for (const [title, damage] of cases) {
    const dataDir = killedBeside(t);
    const path = join(dataDir, 'pullpath.db');
    t.ok(sizeOf(`${path}-wal`) > 8192, 'the newest is beside it');
    damage(path);
    // The `-shm` holds no data: SQLite makes it anew from the `-wal`.
    const held = (): [string, string][] =>
      readdirSync(dataDir)
        .filter(name => !name.endsWith('-shm'))
        .map((name): [string, string] => [name, readFileSync(join(dataDir, name)).toString('base64')]);
    const before = held();
    if (title === 'nothing') {
      t.equal(nodesIn(dataDir), 100);
      continue;
    }
    for (const attempt of ['first', 'second'])
      t.throws(() => openDatabase(dataDir), { code: 'database-corrupt' }, `${title}, ${attempt} start`);
    t.ok(isDeepStrictEqual(held(), before), `${title}: every byte of both is as it was`);
    const away = temporaryDirectory(t);
    for (const name of readdirSync(dataDir)) renameSync(join(dataDir, name), join(away, name));
    t.equal(nodesIn(dataDir), 0, `${title}: as the message says, a new one is begun`);
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
