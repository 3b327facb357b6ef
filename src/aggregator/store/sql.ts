/**
 * What the store's statements are written against, once for both databases. Parameters are `?1`, `?2`…; what differs
 * between the dialects stands behind the words that start with a dollar sign.
 */
export type Param = string | number | null;

/** A row of values by column. */
export type Row = Record<string, Param>;

/**
 * A statement for many rows at once: `$rows` in it stands for a table named `given` that holds them. Two rows must not
 * aim at the same row of the database, or which of them wins would be the database's choice.
 */
export type Bulk = { columns: Record<string, 'int' | 'text'>; sql: string };

/** Asks and changes. Numbers come as numbers, times are epoch milliseconds. */
export type Sql = {
  all: <Result>(sql: string, params?: readonly Param[]) => Promise<Result[]>;
  /** Gives how many rows it changed. */
  run: (sql: string, params?: readonly Param[]) => Promise<number>;
  /** `$lock` at the end keeps other writers from the rows of `node` that it gives. */
  each: <Result>(bulk: Bulk, rows: readonly Row[]) => Promise<Result[]>;
};

/** What only one transaction at a time may do. */
export type Exclusive = 'new nodes' | 'prune';

/** A write transaction: all of it becomes visible at once when its work is done, or nothing. */
export type Transaction = Sql & {
  /** Waits until no other transaction does this; kept to the end of this one. */
  exclusive: (what: Exclusive) => Promise<void>;
  /** Wakes who waits for changes, on every replica, once this is visible. */
  announce: () => Promise<void>;
  /** About how many bytes the tables hold. */
  usedBytes: () => Promise<number>;
};

/** One of the two databases. Faults of its surroundings come as `store-unavailable`. */
export type Database = {
  /** How much of reports, by their texts, one transaction should take: as much as answers may wait for. */
  batchChars: number;
  read: Sql;
  write: <Result>(work: (tx: Transaction) => Promise<Result>) => Promise<Result>;
  /** Called after changes, at times also without; gives the way to end that. */
  watch: (listener: () => void) => () => void;
  /** Runs the work while this replica leads, each time that it comes to lead; ends with the signal. */
  lead: (signal: AbortSignal, work: (write: Database['write'], leading: AbortSignal) => Promise<void>) => Promise<void>;
  close: () => Promise<void>;
};

const counterSql = `UPDATE counter SET value = value + ?1 WHERE name = 'revision' RETURNING value`;

/**
 * Takes so many numbers of the one counter that orders revisions and events, and gives the first. The counter's row
 * stays locked until the transaction ends, so numbers become visible in their order: who has read up to one misses none.
 */
export const takeNumbers = async (tx: Sql, count: number): Promise<number> => {
  const [row] = await tx.all<{ value: number }>(counterSql, [count]);
  if (!row) throw new Error('the database has no counter');
  return row.value - count + 1;
};

/** A text that both databases can hold: PostgreSQL takes no NUL in texts, and UTF-8 has no half of a surrogate pair. */
export const storable = (text: string): string =>
  (text.includes('\0') ? text.replaceAll('\0', '\ufffd') : text).toWellFormed();
