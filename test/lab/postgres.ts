import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { freePort } from './ports.ts';
import { run, startDaemon, waitFor, type Daemon } from './process.ts';

/** A real PostgreSQL of its own, with a folder and a port that nobody else has. */
export type Postgres = {
  /** Makes an empty database and gives its URL, password included. */
  database(): Promise<string>;
  /** The URL of a database of this server, as a user who may do everything. */
  url(database: string): string;
  readonly port: number;
  /** Runs a statement as the administrator, on a connection of its own. */
  query(sql: string, database?: string): Promise<Record<string, unknown>[]>;
  /** `kill -9` of the server: what it has not written is gone, as after a crash. */
  kill(): Promise<void>;
  /** Ends it as an administrator does: every connection is told and cut. */
  shutdown(): Promise<void>;
  /** Starts it again on the same folder and port. */
  start(): Promise<void>;
  /** The process, for pausing it; -1 where it does not run. */
  pid(): number;
  /**
   * Starts a second server that follows this one and can only be read until `SELECT pg_promote()`. From then on a commit
   * here is answered once the other has it too, so that nothing answered is lost with this one.
   */
  standby(): Promise<Postgres>;
  stop(): Promise<void>;
};

const cache = join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'pullpath-lab/postgresql');
const user = 'pullpath';
// With what a URL has to escape, as passwords that programs make do.
const password = 'p@ss/w:rd #1';

/** The folder above `bin` of the newest PostgreSQL below a root; null where there is none. */
const versionBelow = async (root: string): Promise<string | null> => {
  const base = join(root, 'usr/lib/postgresql');
  const versions = (await readdir(base).catch(() => [])).filter(name => /^\d+$/.test(name));
  const [newest] = versions.sort((a, b) => Number(b) - Number(a));
  return newest !== undefined && existsSync(join(base, newest, 'bin/postgres')) ? join(base, newest) : null;
};

/** Why there can be no PostgreSQL here, for a test to skip with; null where there can. */
export const whyNoPostgres = async (): Promise<string | null> => {
  if ((await versionBelow('/')) ?? (await versionBelow(cache))) return null;
  return `no PostgreSQL below /usr/lib/postgresql nor in ${cache}; bash .ci/setup-lab tests brings it on Debian, as root`;
};

/**
 * The words before a command that make it run as nobody, since PostgreSQL refuses root, and die with us. The cache may lie
 * in root's own home, where nobody else may look, so it is mounted where one may, in a namespace of its own.
 */
const asNobody = async (dir: string): Promise<{ prefix: string[]; bin: string }> => {
  const installed = await versionBelow('/');
  const unpacked = installed === null ? await versionBelow(cache) : null;
  const home = installed ?? unpacked;
  if (home === null) throw new Error((await whyNoPostgres()) ?? '');
  if (process.getuid?.() !== 0) return { prefix: [], bin: join(home, 'bin') };
  const drop = ['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups', 'setpriv', '--pdeathsig', 'KILL'];
  if (unpacked === null) return { prefix: drop, bin: join(home, 'bin') };
  const at = join(dir, 'program');
  await run(['mkdir', '-p', at]);
  const script = 'mount --bind "$0" "$1" && shift && exec "$@"';
  return {
    prefix: ['unshare', '--mount', '--propagation', 'private', 'sh', '-c', script, cache, at, ...drop],
    bin: join(at, unpacked.slice(cache.length), 'bin'),
  };
};

const settings = (port: number, socketDir: string): string[] =>
  [
    `port=${port}`,
    'listen_addresses=127.0.0.1',
    `unix_socket_directories=${socketDir}`,
    // A killed process loses nothing of what the kernel has; only power cuts need more, and nobody tests those here.
    'fsync=off',
    'jit=off',
    'shared_buffers=64MB',
    'max_connections=60',
  ].flatMap(setting => ['-c', setting]);

/** Runs one of PostgreSQL's programs. */
type Run = (program: string, ...args: string[]) => Promise<string>;

/** Starts a PostgreSQL on an empty one of its own. */
export const startPostgres = (): Promise<Postgres> =>
  serve(async (exec, data, dir) => {
    const passwordFile = join(dir, 'password');
    await writeFile(passwordFile, password);
    const make = ['-D', data, '-U', user, '--pwfile', passwordFile, '-A', 'scram-sha-256', '--no-sync'];
    await exec('initdb', ...make, '-E', 'UTF8', '--locale=C');
  });

const startStandby = (port: number): Promise<Postgres> =>
  serve(async (exec, data) => {
    const from = ['--host=127.0.0.1', `--port=${port}`, `--username=${user}`, `--pgdata=${data}`];
    await exec('pg_basebackup', ...from, '--write-recovery-conf', '--checkpoint=fast', '--no-sync');
  });

/** Makes a folder for a server, has it filled, and starts the server on it. */
const serve = async (fill: (exec: Run, data: string, dir: string) => Promise<void>): Promise<Postgres> => {
  const dir = await mkdtemp(join(tmpdir(), 'pullpath-postgres-'));
  const { prefix, bin } = await asNobody(dir);
  const port = await freePort('127.0.0.1', [0]);
  const data = join(dir, 'data');
  if (process.getuid?.() === 0) await run(['chown', '65534:65534', dir]);
  const asUser = ['env', `PGPASSWORD=${password}`];
  await fill((program, ...args) => run([...prefix, ...asUser, join(bin, program), ...args]), data, dir);
  let server: Daemon | null = null;

  const url = (database: string): string =>
    `postgres://${user}:${encodeURIComponent(password)}@127.0.0.1:${port}/${database}`;
  const query = async (sql: string, database = 'postgres'): Promise<Record<string, unknown>[]> => {
    const client = new pg.Client({ connectionString: url(database), connectionTimeoutMillis: 5000 });
    client.on('error', () => undefined);
    try {
      await client.connect();
      return (await client.query<Record<string, unknown>>(sql)).rows;
    } finally {
      await client.end().catch(() => undefined);
    }
  };
  const answers = (): Promise<boolean> =>
    query('SELECT 1').then(
      () => true,
      () => false,
    );
  const launch = (): Daemon => startDaemon([...prefix, join(bin, 'postgres'), '-D', data, ...settings(port, dir)]);
  const start = async (): Promise<void> => {
    // Right after a kill its children may still hold the shared memory; then it refuses, and is asked again.
    await waitFor(
      'postgres',
      async () => {
        if (server === null || server.ended() !== null) server = launch();
        return answers();
      },
      { every: 50 },
    );
  };
  const end = async (signal: NodeJS.Signals): Promise<void> => {
    const ended = server;
    server = null;
    if (ended === null || ended.ended() !== null) return;
    const gone = new Promise(resolve => ended.child.once('exit', resolve));
    ended.child.kill(signal);
    await gone;
  };
  const stop = async (): Promise<void> => {
    await end('SIGQUIT');
    await rm(dir, { recursive: true, force: true });
  };
  try {
    await start();
  } catch (error) {
    await stop();
    throw error;
  }
  let made = 0;
  return {
    database: async () => {
      made += 1;
      const name = `store_${made}`;
      await query(`CREATE DATABASE ${name}`);
      return url(name);
    },
    url,
    port,
    query,
    kill: () => end('SIGKILL'),
    shutdown: () => end('SIGINT'),
    start,
    pid: () => server?.pid ?? -1,
    standby: async () => {
      const other = await startStandby(port);
      await query(`ALTER SYSTEM SET synchronous_standby_names = '*'`);
      await query('SELECT pg_reload_conf()');
      await waitFor('the standby', async () =>
        (await query('SELECT sync_state FROM pg_stat_replication')).some(row => row['sync_state'] === 'sync'),
      );
      return other;
    },
    stop,
  };
};
