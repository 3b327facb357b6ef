import { limits } from '../../model/limits.ts';
import { storeFault, openDatabase, openReader, type Connection } from './open.ts';
import type { Bulk, Database, Param, Row, Sql, Transaction } from './sql.ts';

/** Statements by their text, each prepared once. */
const statementsOf = (connection: Connection): ((sql: string) => ReturnType<Connection['prepare']>) => {
  const prepared = new Map<string, ReturnType<Connection['prepare']>>();
  return sql => {
    const known = prepared.get(sql) ?? connection.prepare(sql.replace('$lock', ''));
    prepared.set(sql, known);
    return known;
  };
};

/** A row at a time: for SQLite, which is in this process, as fast as all at once and without packing them first. */
const expand = ({ columns, sql }: Bulk): string => {
  const names = Object.keys(columns).map((name, index) => `?${index + 1} AS ${name}`);
  return sql.replace('$rows', `(SELECT ${names.join(', ')}) AS given`);
};

const sqlOn = (connection: Connection): Sql => {
  const statement = statementsOf(connection);
  const expanded = new Map<Bulk, string>();
  const answer = <Result>(ask: () => Result): Promise<Result> => {
    try {
      return Promise.resolve(ask());
    } catch (error) {
      return Promise.reject(storeFault(error));
    }
  };
  return {
    all: <Result>(sql: string, params: readonly Param[] = []) =>
      answer(() => statement(sql).all(...params) as Result[]),
    run: (sql, params = []) => answer(() => Number(statement(sql).run(...params).changes)),
    each: <Result>(bulk: Bulk, rows: readonly Row[]) =>
      answer(() => {
        const sql = expanded.get(bulk) ?? expand(bulk);
        expanded.set(bulk, sql);
        const names = Object.keys(bulk.columns);
        return rows.flatMap(row => statement(sql).all(...names.map(name => row[name] ?? null)) as Result[]);
      }),
  };
};

const pagesSql = `SELECT (page_count - freelist_count) * page_size AS bytes
  FROM pragma_page_count, pragma_freelist_count, pragma_page_size`;

/**
 * SQLite below a directory. One connection writes, one transaction after the other; another reads, so that no answer
 * shows what a transaction has not yet committed.
 */
export const sqliteDatabase = (dataDir: string): Database => {
  const writer = openDatabase(dataDir);
  const reader = openReader(dataDir);
  const sql = sqlOn(writer);
  const listeners = new Set<() => void>();
  let last: Promise<unknown> = Promise.resolve();

  const transact = async <Result>(work: (tx: Transaction) => Promise<Result>): Promise<Result> => {
    const after = { isAnnounced: false };
    const tx: Transaction = {
      ...sql,
      exclusive: () => Promise.resolve(),
      announce: () => {
        after.isAnnounced = true;
        return Promise.resolve();
      },
      usedBytes: async () => (await sql.all<{ bytes: number }>(pagesSql))[0]?.bytes ?? 0,
    };
    await sql.run('BEGIN IMMEDIATE');
    let result: Result;
    try {
      result = await work(tx);
      await sql.run('COMMIT');
    } catch (error) {
      // SQLite itself has rolled back on some faults, such as a full disk.
      if (writer.isTransaction) await sql.run('ROLLBACK');
      throw error;
    }
    if (after.isAnnounced) for (const listener of listeners) listener();
    return result;
  };
  const write: Database['write'] = work => {
    const mine = last.then(() => transact(work));
    last = mine.catch(() => undefined);
    return mine;
  };
  return {
    batchChars: limits.sqliteBatchChars,
    read: sqlOn(reader),
    write,
    watch: listener => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    // Only one process can be on this file's reports, so it always leads.
    lead: (signal, work) => (signal.aborted ? Promise.resolve() : work(write, signal)),
    close: async () => {
      await last;
      reader.close();
      writer.close();
    },
  };
};
