import pg from 'pg';
import type { Log } from '../../lib/log.ts';
import { PullpathError } from '../../model/error.ts';
import { limits } from '../../model/limits.ts';
import { migrations, postgresOf } from './migrations.ts';
import { isCollision, isRefusal, postgresFault } from './postgres-fault.ts';
import { leadOn } from './postgres-lead.ts';
import { lockKeys, sqlOn, transact } from './postgres-sql.ts';
import { watchOn } from './postgres-watch.ts';
import type { Database, Transaction } from './sql.ts';

// Numbers of 64 bits, and sums of them, as numbers: times and counts are below 2^53.
pg.types.setTypeParser(pg.types.builtins.INT8, Number);
pg.types.setTypeParser(pg.types.builtins.NUMERIC, Number);

const configOf = (url: string): pg.ClientConfig => ({
  connectionString: url,
  application_name: 'pullpath',
  keepAlive: true,
  connectionTimeoutMillis: limits.databaseConnectMs,
  query_timeout: limits.databaseAnswerMs,
  statement_timeout: limits.databaseStatementMs,
  lock_timeout: limits.databaseStatementMs,
  idle_in_transaction_session_timeout: limits.databaseAnswerMs,
});

/** Brings the schema up to date under a lock, so that replicas that start together do it once. */
const migrate = async (client: pg.ClientBase): Promise<void> => {
  await client.query('BEGIN');
  try {
    await client.query('SET LOCAL statement_timeout = 0; SET LOCAL lock_timeout = 0');
    await client.query('SELECT pg_advisory_xact_lock($1, $2)', [...lockKeys.migrate]);
    await client.query('CREATE TABLE IF NOT EXISTS schema_version (version BIGINT NOT NULL)');
    const { rows } = await client.query<{ version: number }>('SELECT version FROM schema_version');
    const version = rows[0]?.version ?? 0;
    if (version > migrations.length)
      throw new PullpathError(
        'database-newer',
        `the database of --database-url has schema ${version}, this program knows up to ${migrations.length}; run the newer program or give another database`,
      );
    for (const step of migrations.slice(version)) await client.query(postgresOf(step));
    if (version < migrations.length)
      await client.query(
        `DELETE FROM schema_version; INSERT INTO schema_version (version) VALUES (${migrations.length})`,
      );
    await client.query('COMMIT');
  } catch (error) {
    await client.query('ROLLBACK').catch(() => undefined);
    throw error;
  }
};

/** A pool whose connections are thrown away after any fault: after a failover the next one meets the new server. */
const poolOf = (config: pg.ClientConfig): pg.Pool => {
  const pool = new pg.Pool({ ...config, max: limits.databaseConnections, idleTimeoutMillis: 60_000 });
  // An idle connection that breaks is replaced when one is needed.
  pool.on('error', () => undefined);
  pool.on('connect', client => client.on('error', () => undefined));
  return pool;
};

const onClient = async <Result>(pool: pg.Pool, run: (client: pg.PoolClient) => Promise<Result>): Promise<Result> => {
  const client = await pool.connect();
  let isBroken = true;
  try {
    const result = await run(client);
    isBroken = false;
    return result;
  } finally {
    client.release(isBroken);
  }
};

const refusal = (error: unknown): PullpathError =>
  new PullpathError(
    'database-refused',
    `the database of --database-url does not let this program in: ${error instanceof Error ? error.message : ''}; check user, password and database name`,
    { cause: error },
  );

/**
 * PostgreSQL, for several replicas. Where the server cannot be reached now, the program starts all the same: whatever is
 * asked fails with `store-unavailable` until it can. One that refuses us, or has a newer schema, is a fault at the start.
 */
export const postgresDatabase = async (url: string, log: Log): Promise<Database> => {
  const config = configOf(url);
  const pool = poolOf(config);
  const watching = watchOn(config);
  let ready: Promise<void> | null = null;
  const prepare = (): Promise<void> => {
    ready ??= onClient(pool, migrate).catch((error: unknown) => {
      ready = null;
      throw error;
    });
    return ready;
  };
  const guarded = async <Result>(run: () => Promise<Result>): Promise<Result> => {
    try {
      await prepare();
      return await run();
    } catch (error) {
      throw postgresFault(error);
    }
  };
  const write = async <Result>(work: (tx: Transaction) => Promise<Result>): Promise<Result> => {
    for (let tries = 1; ; tries += 1) {
      try {
        return await onClient(pool, client => transact(client, work));
      } catch (error) {
        if (!isCollision(error) || tries >= limits.databaseTries) throw error;
      }
    }
  };
  try {
    await prepare();
  } catch (error) {
    const fault = isRefusal(error) ? refusal(error) : postgresFault(error);
    if (!(fault instanceof PullpathError) || fault.code !== 'store-unavailable') {
      await pool.end();
      throw fault;
    }
    log.warn({ detail: fault.message }, 'the database is not there yet; reports are refused until it is');
  }
  return {
    batchChars: limits.postgresBatchChars,
    read: sqlOn((sql, params) => guarded(() => onClient(pool, client => client.query(sql, [...params])))),
    write: work => guarded(() => write(work)),
    watch: watching.watch,
    lead: (signal, work) => leadOn({ config, prepare, log }, signal, work),
    close: async () => {
      await watching.close();
      await pool.end();
    },
  };
};
