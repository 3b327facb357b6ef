import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { root, textOf } from '../test/house/source-tree.ts';
import { freePort } from '../test/lab/ports.ts';
import { startPostgres, type Postgres } from '../test/lab/postgres.ts';
import { run, startDaemon, waitFor, type Daemon } from '../test/lab/process.ts';
import { makeCgroup, type Cgroup, type Usage } from './cgroup.ts';
import type { Order, Outcome } from './cluster-agents.ts';
import { downRegistry } from './cluster-report.ts';
import { readMeanwhile, secondsToScope, type Reads } from './cluster-reads.ts';
import { parseAllDocuments } from 'yaml';

/** How the manifest starts the aggregator: the image's own entry point is set for the agent. */
const manifestOf = (): { flags: string[]; env: Record<string, string> } => {
  type Container = { command?: string[]; env?: { name: string; value: string }[] };
  type Pod = { kind?: string; spec?: { template?: { spec?: { containers?: Container[] } } } };
  const pods = parseAllDocuments(textOf('daemonset.yaml')).map(document => document.toJS() as Pod);
  const { command, env = [] } =
    pods.find(({ kind }) => kind === 'Deployment')?.spec?.template?.spec?.containers?.[0] ?? {};
  if (!command) throw new Error('daemonset.yaml does not say how the aggregator is started');
  return { flags: command.slice(1, -1), env: Object.fromEntries(env.map(({ name, value }) => [name, value])) };
};

/** What the image sets for all of its programs. */
const imageEnv = (): Record<string, string> => {
  const settings = /^ENV (.*)$/m.exec(textOf('Dockerfile'))?.[1]?.split(' ') ?? [];
  return Object.fromEntries(
    settings.map(setting => [setting.slice(0, setting.indexOf('=')), setting.slice(setting.indexOf('=') + 1)]),
  );
};

const generators = 2;
const heartbeatMs = 30_000;
const steadyRounds = 2;
const outageMs = 60_000;
/** All nodes at once after the aggregator was away: not faster than an outage brings their full reports. */
const joinMs = 60_000;

const percentile = (sorted: number[], share: number): number =>
  sorted[Math.min(sorted.length - 1, Math.ceil(sorted.length * share) - 1)] ?? 0;

/** What the database holds. Not its files: the log beside it grows to 16 MiB once, and what is removed is free for new rows. */
const heldBy = (dir: string): number => {
  const database = new DatabaseSync(join(dir, 'pullpath.db'), { readOnly: true, timeout: 5000 });
  const value = (name: string): number => Number(Object.values(database.prepare(`PRAGMA ${name}`).get() ?? {})[0]);
  try {
    return (value('page_count') - value('freelist_count')) * value('page_size');
  } finally {
    database.close();
  }
};

const writtenBy = async (pid: number): Promise<number> =>
  Number(/^write_bytes: (\d+)$/m.exec(await readFile(`/proc/${pid}/io`, 'utf8').catch(() => ''))?.[1] ?? 0);

type Phase = {
  name: string;
  nodes: number;
  seconds: number;
  all: Outcome[];
  before: Usage;
  after: Usage;
  peakMb: number;
};

const row = ({ name, nodes, seconds, all, before, after, peakMb }: Phase): string => {
  const latencies = all.flatMap(one => one.latencies).sort((a, b) => a - b);
  const sum = (of: (one: Outcome) => number): number => all.reduce((total, one) => total + of(one), 0);
  const server = ((after.cpuSeconds - before.cpuSeconds) / seconds) * 100;
  const load = (sum(one => one.cpuSeconds) / seconds) * 100;
  const each =
    ((after.cpuSeconds - before.cpuSeconds) /
      Math.max(
        sum(one => one.sent),
        1,
      )) *
    1e6;
  return (
    `  ${String(nodes).padStart(6)} nodes, ${name.padEnd(6)}: ${Math.round(sum(one => one.sent) / seconds)} reports/s, ` +
    `p50 ${percentile(latencies, 0.5).toFixed(1)} ms, p99 ${percentile(latencies, 0.99).toFixed(1)} ms, ` +
    `max ${percentile(latencies, 1).toFixed(0)} ms; aggregator ${server.toFixed(0)} % of a core (${each.toFixed(0)} µs a report), ` +
    `${after.workingSetMb} MB working set (at most ${peakMb}), ${after.rssMb} MB RSS; generators ${load.toFixed(0)} % of a core; ` +
    `${sum(one => one.refused)} refused and sent again`
  );
};

const phaseOf = async (children: ChildProcess[], order: Omit<Order, 'from'>, rounds: number): Promise<Outcome[]> => {
  const share = Math.ceil(order.count / children.length);
  return Promise.all(
    children.map(async (child, index) => {
      const from = index * share;
      const done = once(child, 'message') as Promise<[Outcome]>;
      child.send({ order: { ...order, from, count: Math.min(share, order.count - from) }, rounds });
      return (await done)[0];
    }),
  );
};

const readsRow = ({ latencies, refused }: Reads): string => {
  const each = [...latencies].map(([name, times]) => {
    const sorted = times.sort((a, b) => a - b);
    return `${name} ${percentile(sorted, 0.5).toFixed(0)}, ${percentile(sorted, 0.99).toFixed(0)} ms (${times.length})`;
  });
  return `    reads meanwhile, p50 and p99: ${each.join('; ')}; ${refused} refused`;
};

type Place = { kept: string; group: Cgroup; aggregator: Daemon; url: string; port: number };

/** `kept` is the option that says where it stores. */
const startAggregator = async (kept: string): Promise<Place> => {
  const group = makeCgroup(`pullpath-bench-cluster-${process.pid}`);
  const port = await freePort('127.0.0.1', [0]);
  const manifest = manifestOf();
  const program = [process.execPath, ...manifest.flags, join(root, 'dist/pullpath.js'), 'aggregator', kept];
  const listen = `--listen=127.0.0.1:${port}`;
  const files = 'ulimit -n 65536 2>/dev/null || true; exec "$@"';
  const env = { ...process.env, ...imageEnv(), ...manifest.env };
  const aggregator = startDaemon(group.enter(['sh', '-c', files, 'sh', ...program, listen]), { env });
  const url = `http://127.0.0.1:${port}`;
  const ready = (): Promise<boolean> =>
    fetch(`${url}/readyz`).then(
      answer => answer.ok,
      () => false,
    );
  await waitFor('aggregator', ready, { daemon: aggregator });
  return { kept, group, aggregator, url, port };
};

const grownRow = (nodes: number, before: number[], after: number[]): string => {
  const perDay = (index: 0 | 1): number =>
    (((after[index] ?? 0) - (before[index] ?? 0)) / nodes / (heartbeatMs * steadyRounds)) * 86_400_000;
  return (
    `    on disk ${((before[0] ?? 0) / nodes / 1024).toFixed(1)} KiB a node; a node and day: grows by ` +
    `${(perDay(0) / 1024).toFixed(0)} KiB, ${(perDay(1) / 1024 / 1024).toFixed(1)} MiB written`
  );
};

/** All that a phase sent is answered; what it did to the nodes is to be seen. */
const outcomeRows = async (url: string, nodes: number): Promise<string[]> => {
  const seconds = await secondsToScope(url, downRegistry, nodes);
  const answer = await fetch(`${url}/metrics`);
  const failing = Number(/^pullpath_nodes\{status="failing"\} (\d+)/m.exec(await answer.text())?.[1] ?? -1);
  const scope = seconds === null ? 'never' : `${seconds.toFixed(1)} s after the last report`;
  return [`    failing ${failing} of ${nodes}${failing === nodes ? ', none lost' : ''}; scope right ${scope}`];
};

/** What another replica, or the same after a restart, takes until it knows all nodes again; its nodes send nothing meanwhile. */
const restartRow = async (kept: string): Promise<string> => {
  const began = performance.now();
  const { group, aggregator, url } = await startAggregator(kept);
  try {
    // Refused until all is read.
    await waitFor('the matrix', () => fetch(`${url}/v1/matrix`).then(answer => answer.ok), { daemon: aggregator });
    const taken = (performance.now() - began) / 1000;
    const { cpuSeconds, workingSetMb, rssMb } = group.usage();
    return `    started anew: knows all again after ${taken.toFixed(1)} s, ${cpuSeconds.toFixed(1)} s of CPU, ${workingSetMb} MB working set, ${rssMb} MB RSS`;
  } finally {
    await aggregator.stop();
    group.remove();
  }
};

/** One cluster: its nodes join, live, and then a registry goes down for all of them. */
const benchSize = async (nodes: number, postgres: Postgres | null): Promise<string[]> => {
  const dir = await mkdtemp(join(tmpdir(), 'pullpath-bench-cluster-'));
  const kept = postgres === null ? `--data-dir=${dir}` : `--database-url=${await postgres.database()}`;
  const { group, aggregator, url, port } = await startAggregator(kept);
  const children = Array.from({ length: generators }, () => fork(join(import.meta.dirname, 'cluster-agents.ts')));
  const lines: string[] = [];
  const say = (line: string): void => {
    lines.push(line);
    process.stderr.write(`${line}\n`);
  };
  const phase = async (name: string, order: Pick<Order, 'phase' | 'everyMs'>, rounds: number): Promise<void> => {
    const before = group.usage();
    const began = performance.now();
    const ended = new AbortController();
    const reads = readMeanwhile(url, nodes, ended.signal);
    let peakMb = 0;
    const looking = setInterval(() => (peakMb = Math.max(peakMb, group.usage().workingSetMb)), 500);
    const all = await phaseOf(children, { ...order, count: nodes, port }, rounds);
    // By the clock: generators that get no CPU fall behind, and the phase takes longer.
    const seconds = (performance.now() - began) / 1000;
    clearInterval(looking);
    say(row({ name, nodes, seconds, all, before, after: group.usage(), peakMb }));
    ended.abort();
    const read = await reads;
    say(readsRow(read));
  };
  const disk = async (): Promise<number[]> => [postgres === null ? heldBy(dir) : 0, await writtenBy(aggregator.pid)];
  try {
    await phase('join', { phase: 'join', everyMs: joinMs }, 1);
    const before = await disk();
    await phase('living', { phase: 'steady', everyMs: heartbeatMs }, steadyRounds);
    if (postgres === null) say(grownRow(nodes, before, await disk()));
    await phase('outage', { phase: 'outage', everyMs: outageMs }, 1);
    for (const line of await outcomeRows(url, nodes)) say(line);
  } finally {
    for (const child of children) child.kill('SIGKILL');
    await aggregator.stop();
    group.remove();
  }
  try {
    say(await restartRow(kept));
    return lines;
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
};

/** What a cluster costs the aggregator: CPU, memory, disk and time to answer, by its size, on either database. */
export const benchCluster = async (args: string[]): Promise<string[]> => {
  await run(['sh', '-c', 'cd "$1" && node .ci/build.js', 'sh', root]);
  const sizes = args.filter(arg => /^\d+$/.test(arg)).map(Number);
  const lines: string[] = [];
  const postgres = args.includes('postgres') ? await startPostgres() : null;
  try {
    lines.push(`simulated agents, a heartbeat in 30 s, 2 % of them changed, on ${postgres ? 'PostgreSQL' : 'SQLite'}:`);
    for (const nodes of sizes.length > 0 ? sizes : [100, 1000, 5000, 15_000])
      lines.push(...(await benchSize(nodes, postgres)));
    return lines;
  } finally {
    await postgres?.stop();
  }
};
