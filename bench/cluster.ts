import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { root } from '../test/house/source-tree.ts';
import { freePort } from '../test/lab/ports.ts';
import { startPostgres, type Postgres } from '../test/lab/postgres.ts';
import { run, startDaemon, waitFor } from '../test/lab/process.ts';
import { makeCgroup, type Usage } from './cgroup.ts';
import type { Order, Outcome } from './cluster-agents.ts';

/** The image's entry point is set for the agent; the aggregator's memory is for many short-lived reports. */
const flags = ['--max-semi-space-size=16', '--max-old-space-size=256'];
const generators = 2;
const heartbeatMs = 30_000;
const steadyRounds = 2;
const outageMs = 60_000;

const percentile = (sorted: number[], share: number): number =>
  sorted[Math.min(sorted.length - 1, Math.ceil(sorted.length * share) - 1)] ?? 0;

const sizeOf = async (dir: string): Promise<number> => {
  const sizes = await Promise.all((await readdir(dir)).map(async name => (await stat(join(dir, name))).size));
  return sizes.reduce((sum, size) => sum + size, 0);
};

const writtenBy = async (pid: number): Promise<number> =>
  Number(/^write_bytes: (\d+)$/m.exec(await readFile(`/proc/${pid}/io`, 'utf8').catch(() => ''))?.[1] ?? 0);

type Phase = { name: string; nodes: number; seconds: number; all: Outcome[]; before: Usage; after: Usage };

const row = ({ name, nodes, seconds, all, before, after }: Phase): string => {
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
    `${after.workingSetMb} MB working set, ${after.rssMb} MB RSS; generators ${load.toFixed(0)} % of a core; ` +
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

/** One cluster: its nodes join, live, and then a registry goes down for all of them. */
const benchSize = async (nodes: number, postgres: Postgres | null): Promise<string[]> => {
  const dir = await mkdtemp(join(tmpdir(), 'pullpath-bench-cluster-'));
  const group = makeCgroup(`pullpath-bench-cluster-${process.pid}`);
  const port = await freePort('127.0.0.1', [0]);
  const kept = postgres === null ? `--data-dir=${dir}` : `--database-url=${await postgres.database()}`;
  const program = [process.execPath, ...flags, join(root, 'dist/pullpath.js'), 'aggregator', kept];
  const command = [
    'sh',
    '-c',
    'ulimit -n 65536 2>/dev/null || true; exec "$@"',
    'sh',
    ...program,
    `--listen=127.0.0.1:${port}`,
  ];
  const aggregator = startDaemon(group.enter(command), { env: { ...process.env, MALLOC_ARENA_MAX: '1' } });
  const url = `http://127.0.0.1:${port}`;
  const ready = (): Promise<boolean> =>
    fetch(`${url}/readyz`).then(
      answer => answer.ok,
      () => false,
    );
  await waitFor('aggregator', ready, { daemon: aggregator });
  const children = Array.from({ length: generators }, () => fork(join(import.meta.dirname, 'cluster-agents.ts')));
  const lines: string[] = [];
  const say = (line: string): void => {
    lines.push(line);
    process.stderr.write(`${line}\n`);
  };
  const phase = async (name: string, order: Pick<Order, 'phase' | 'everyMs'>, rounds: number): Promise<void> => {
    const before = group.usage();
    const began = performance.now();
    const all = await phaseOf(children, { ...order, count: nodes, port }, rounds);
    // By the clock: generators that get no CPU fall behind, and the phase takes longer.
    const seconds = (performance.now() - began) / 1000;
    say(row({ name, nodes, seconds, all, before, after: group.usage() }));
  };
  try {
    await phase('join', { phase: 'join', everyMs: heartbeatMs }, 1);
    const [size, written] = [await sizeOf(dir), await writtenBy(aggregator.pid)];
    await phase('steady', { phase: 'steady', everyMs: heartbeatMs }, steadyRounds);
    if (postgres === null) {
      const perDay = (bytes: number): number => (bytes / nodes / (heartbeatMs * steadyRounds)) * 86_400_000;
      const [grown, wrote] = [(await sizeOf(dir)) - size, (await writtenBy(aggregator.pid)) - written];
      say(
        `    on disk ${(size / nodes / 1024).toFixed(1)} KiB a node; a node and day: grows by ${(perDay(grown) / 1024).toFixed(0)} KiB, ` +
          `${(perDay(wrote) / 1024 / 1024).toFixed(1)} MiB written`,
      );
    }
    // Reads of reachability, incidents and the matrix while the outage goes on belong here.
    await phase('outage', { phase: 'outage', everyMs: outageMs }, 1);
    const answer = await fetch(`${url}/metrics`);
    const failing = Number(/^pullpath_nodes\{status="failing"\} (\d+)/m.exec(await answer.text())?.[1] ?? -1);
    say(`    failing after the outage: ${failing} of ${nodes}${failing === nodes ? ', none lost' : ''}`);
    return lines;
  } finally {
    for (const child of children) child.kill('SIGKILL');
    await aggregator.stop();
    group.remove();
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
