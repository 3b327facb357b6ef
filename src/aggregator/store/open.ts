import { accessSync, constants, statSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { makeDirectory } from '../../lib/make-directory.ts';
import { PullpathError } from '../../model/error.ts';
import { migrations } from './migrations.ts';

/** A connection to the database. Only this file knows the driver. */
export type Connection = DatabaseSync;

const fileName = 'pullpath.db';

/** SQLite's result codes (sqlite.org/rescode.html), without their extended part. */
const damaged = new Set([11, 26]);
const outside = new Set([5, 6, 8, 10, 13, 14]);

const resultCode = (error: unknown): number | null =>
  error instanceof Error && 'errcode' in error && typeof error.errcode === 'number' ? error.errcode & 0xff : null;

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

const usableDirectory = (path: string): void => {
  try {
    makeDirectory(path);
    accessSync(path, constants.W_OK | constants.X_OK);
  } catch (error) {
    throw new PullpathError(
      'data-dir-unusable',
      `--data-dir ${path} cannot be used: ${messageOf(error)}; give a directory this user can write`,
      { cause: error },
    );
  }
};

/** Brings the schema up to date, each step whole or not at all. */
const migrate = (db: Connection, path: string): void => {
  const version = Number(db.prepare('PRAGMA user_version').get()?.['user_version']);
  if (version > migrations.length)
    throw new PullpathError(
      'database-newer',
      `${path} has schema ${version}, this program knows up to ${migrations.length}; run the newer program or give another --data-dir`,
    );
  for (const [index, step] of migrations.slice(version).entries())
    inTransaction(db, () => {
      db.exec(step);
      db.exec(`PRAGMA user_version = ${version + index + 1}`);
    });
};

const checkWhole = (db: Connection): void => {
  const [first] = Object.values(db.prepare('PRAGMA quick_check(1)').get() ?? {});
  if (first !== 'ok') throw Object.assign(new Error(String(first)), { errcode: 11 });
};

const bytesIn = (path: string): number => statSync(path, { throwIfNoEntry: false })?.size ?? 0;

/**
 * Looks at a database that is there without changing a byte: SQLite, once it may write, copies what is newest (`-wal`) into a
 * damaged file as into a sound one, and without a word drops it where the file is empty or gone. False where it cannot be read
 * without writing, such as after a death in the middle of the first start.
 */
const checkUntouched = (path: string): boolean => {
  if (bytesIn(path) === 0) {
    if (bytesIn(`${path}-wal`) > 0) throw Object.assign(new Error('it is empty or gone'), { errcode: 11 });
    return true;
  }
  const db = new DatabaseSync(path, { readOnly: true, timeout: 5000 });
  try {
    checkWhole(db);
    return true;
  } catch (error) {
    if (damaged.has(resultCode(error) ?? 0)) throw error;
    return false;
  } finally {
    db.close();
  }
};

/**
 * Opens the database below a directory and brings it up to date. In WAL mode with synchronous = NORMAL a commit
 * survives the death of the process at any moment; after a power cut the last ones may be gone, and a heartbeat then
 * asks for a full report again.
 */
export const openDatabase = (dataDir: string): Connection => {
  usableDirectory(dataDir);
  const path = join(dataDir, fileName);
  let db: Connection | null = null;
  try {
    const isChecked = checkUntouched(path);
    db = new DatabaseSync(path, { timeout: 5000, enableForeignKeyConstraints: true });
    db.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA temp_store = MEMORY;');
    // 16 MiB and not 4: heartbeats write the same pages again and again, and are copied into the file once for all.
    db.exec('PRAGMA wal_autocheckpoint = 4000');
    if (!isChecked) checkWhole(db);
    migrate(db, path);
    return db;
  } catch (error) {
    db?.close();
    if (error instanceof PullpathError) throw error;
    if (damaged.has(resultCode(error) ?? 0))
      throw new PullpathError(
        'database-corrupt',
        `${path} is damaged or not a database (${messageOf(error)}); move ${fileName}, ${fileName}-wal and ${fileName}-shm away, to a place where they can be looked at, and start again: agents send all they know anew`,
        { cause: error },
      );
    throw new PullpathError('data-dir-unusable', `${path} cannot be opened: ${messageOf(error)}`, { cause: error });
  }
};

/** A second connection to a database that is open already, for reading alone. */
export const openReader = (dataDir: string): Connection => {
  const db = new DatabaseSync(join(dataDir, fileName), { timeout: 5000 });
  db.exec('PRAGMA query_only = 1; PRAGMA temp_store = MEMORY;');
  return db;
};

/** Runs a function in one write transaction: all of it is stored, or nothing. */
export const inTransaction = <Result>(db: Connection, run: () => Result): Result => {
  db.exec('BEGIN IMMEDIATE');
  try {
    const result = run();
    db.exec('COMMIT');
    return result;
  } catch (error) {
    // SQLite itself has rolled back on some faults, such as a full disk.
    if (db.isTransaction) db.exec('ROLLBACK');
    throw error;
  }
};

/** Gives a fault of the disk or the file its code; any other is a fault of the program and stays. */
export const storeFault = (error: unknown): Error => {
  const code = resultCode(error);
  if (code !== null && (outside.has(code) || damaged.has(code)))
    return new PullpathError('store-unavailable', `the database cannot be used now: ${messageOf(error)}`, {
      cause: error,
    });
  return error instanceof Error ? error : new Error(messageOf(error));
};
