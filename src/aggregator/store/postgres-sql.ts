import type pg from 'pg';
import type { Bulk, Exclusive, Param, Row, Sql, Transaction } from './sql.ts';

/** Advisory locks of this program: a number that stands for it, and one for what is locked. */
export const lockKeys = {
  migrate: [1886745712, 1],
  lead: [1886745712, 2],
  'new nodes': [1886745712, 3],
  prune: [1886745712, 4],
} as const;

/** Where changes are announced. */
export const channel = 'pullpath_changes';

const typeNames = { int: 'BIGINT', text: 'TEXT' } as const;

const expand = ({ columns, sql }: Bulk): string => {
  const names = Object.entries(columns).map(([name, type]) => `${name} ${typeNames[type]}`);
  return sql.replace('$rows', `json_to_recordset(CAST(?1 AS json)) AS given (${names.join(', ')})`);
};

const dialect = (sql: string): string => sql.replace('$lock', 'FOR UPDATE OF node').replaceAll(/\?(\d+)/g, '$$$1');

type Ask = (sql: string, params: readonly Param[]) => Promise<pg.QueryResult>;

/** The statements on whatever runs them. */
export const sqlOn = (ask: Ask): Sql => ({
  all: async <Result>(sql: string, params: readonly Param[] = []) => (await ask(dialect(sql), params)).rows as Result[],
  run: async (sql, params = []) => (await ask(dialect(sql), params)).rowCount ?? 0,
  // All rows as one JSON text: it is made and read by native code at both ends.
  each: async <Result>(bulk: Bulk, rows: readonly Row[]) =>
    rows.length === 0 ? [] : ((await ask(dialect(expand(bulk)), [JSON.stringify(rows)])).rows as Result[]),
});

/** What the rows hold. The files' size tells nothing: what is removed from them is only free for new rows. */
const usedSql = [
  ['finding', 'body', 400],
  ['node_body', 'state', 100],
  ['incident', 'body', 200],
  ['event', 'body', 100],
  ['check_period', 'check_id', 200],
]
  .map(([table, column, head]) => `SELECT coalesce(sum(pg_column_size(${column}) + ${head}), 0) AS bytes FROM ${table}`)
  .join(' UNION ALL ');

/** One transaction on a connection that nobody else uses meanwhile. */
export const transact = async <Result>(
  client: pg.ClientBase,
  work: (tx: Transaction) => Promise<Result>,
): Promise<Result> => {
  const sql = sqlOn((text, params) => client.query(text, [...params]));
  const tx: Transaction = {
    ...sql,
    exclusive: async (what: Exclusive) => {
      await client.query('SELECT pg_advisory_xact_lock($1, $2)', [...lockKeys[what]]);
    },
    announce: async () => {
      await client.query(`SELECT pg_notify('${channel}', '')`);
    },
    usedBytes: async () => (await sql.all<{ bytes: number }>(usedSql)).reduce((sum, { bytes }) => sum + bytes, 0),
  };
  await client.query('BEGIN');
  try {
    const result = await work(tx);
    await client.query('COMMIT');
    return result;
  } catch (error) {
    await client.query('ROLLBACK').catch(() => undefined);
    throw error;
  }
};
