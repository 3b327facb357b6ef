import { readFile, writeFile } from 'node:fs/promises';
import { loadavg } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { root } from '../test/house/source-tree.ts';
import { freePort } from '../test/lab/ports.ts';
import { run, startDaemon, waitFor } from '../test/lab/process.ts';
import { outageLengths } from './recover.ts';
import { startRecoverBox, type NodeLine, type RecoverBox } from './recover-box.ts';
import { outageKinds, type Outage, type OutageKind } from './recover-kinds.ts';
import { recordLines, type OutageRun } from './recover-record.ts';
import { startRecoverSite, type OutageHost, type RecoverSite } from './recover-site.ts';

/** One outage to come, and its pod. */
type Plan = { lengthMs: number; host: OutageHost; outage: Outage; pod: string; image: string };

/** One node and its outages: the lanes side by side, those of a lane one after the other. */
type Job = { name: string; kind: OutageKind; recovers: boolean; lanes: Plan[][] };

/** Outages of one node at a time; a node without pullpath has no limits that they would share. */
const perNode = { with: 15, without: 30 };
/** From healed to running at most: the kubelet's back-off, one more look, and an attempt that hangs. */
const patienceMs = 420_000;
/** What comes on top of an outage before its node is free for the next: with pullpath, without. */
const between = { with: 60_000, without: 200_000 };

const sum = (plans: readonly Plan[], onTop: number): number =>
  plans.reduce((total, { lengthMs }) => total + lengthMs + onTop, 0);

/** Fills as few rows as it takes, the longest outages first, none of them longer than `most` in all. */
const rowsOf = (plans: readonly Plan[], onTop: number, most: number): Plan[][] => {
  const rows: Plan[][] = [];
  for (const plan of [...plans].sort((a, b) => b.lengthMs - a.lengthMs)) {
    const row = rows.find(one => sum([...one, plan], onTop) <= most);
    if (row === undefined) rows.push([plan]);
    else row.push(plan);
  }
  return rows;
};

const jobsOf = (kind: OutageKind, recovers: boolean, plans: readonly Plan[]): Job[] => {
  const side = recovers ? 'with' : 'without';
  const longest = Math.max(...plans.map(({ lengthMs }) => lengthMs));
  const parts = kind.inTurn[side]
    ? rowsOf(plans, between[side], longest + 150_000).map(row => [row])
    : Array.from(
        { length: Math.ceil(plans.length / perNode[side]) },
        (_none, part, count = Math.ceil(plans.length / perNode[side])) =>
          plans.filter((_plan, at) => at % count === part).map(plan => [plan]),
      );
  return parts.map((lanes, part) => ({ name: `${slug(kind)}-${side}-${part}`, kind, recovers, lanes }));
};

const slug = ({ name }: OutageKind): string =>
  name
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^(?=\d)/, 'status-');

const plansOf = async (
  site: RecoverSite,
  kind: OutageKind,
  { lengths, recovers }: { lengths: number[]; recovers: boolean },
) => {
  const plans: Plan[] = [];
  for (const [at, lengthMs] of lengths.entries()) {
    const pod = `${slug(kind)}-${recovers ? 'with' : 'without'}-${at}`;
    const host = await site.host(pod, { named: kind.named });
    plans.push({ lengthMs, host, outage: await kind.outage(site, host, at), pod, image: `${host.at}/app-${at}:v1` });
  }
  return plans;
};

const jobLength = ({ lanes, recovers }: Job): number =>
  Math.max(...lanes.map(lane => sum(lane, between[recovers ? 'with' : 'without'])));

/** The aggregator as the image runs it. */
const startAggregator = async (site: RecoverSite): Promise<string> => {
  const port = await freePort('127.0.0.1', [0]);
  const url = `http://127.0.0.1:${port}`;
  const options = [`--listen=127.0.0.1:${port}`, `--data-dir=${site.dir}/aggregator`];
  const daemon = startDaemon([process.execPath, `${root}/dist/pullpath.js`, 'aggregator', ...options]);
  site.defer(() => daemon.stop());
  const ready = (): Promise<boolean> =>
    fetch(`${url}/readyz`).then(
      ({ ok }) => ok,
      () => false,
    );
  await waitFor('aggregator', ready, { daemon, every: 250 });
  return url;
};

const say = (text: string): void => void process.stderr.write(`${new Date().toISOString().slice(11, 19)} ${text}\n`);

/** Breaks, waits, heals, and waits until the pod runs. */
const runPlan = async (node: RecoverBox, job: Job, plan: Plan, signal: AbortSignal): Promise<OutageRun> => {
  const { outage, lengthMs, pod, image, host } = plan;
  await outage.begin(node.box);
  await node.kubelet.add({ pod, image });
  await sleep(lengthMs, undefined, { signal });
  await outage.heal(node.box);
  const healedAt = Date.now();
  while (!node.ranAt.has(pod) && Date.now() - healedAt < patienceMs) await sleep(500, undefined, { signal });
  const ranAt = node.ranAt.get(pod) ?? null;
  const after = ranAt === null ? 'never ran' : `ran after ${((ranAt - healedAt) / 1000).toFixed(1)} s`;
  say(`${pod}: ${Math.round(lengthMs / 1000)} s, ${after}`);
  return { kind: job.kind.name, recovers: job.recovers, lengthMs, host: host.at, image, pod, healedAt, ranAt };
};

type Ended = { runs: OutageRun[]; lines: NodeLine[] };

const runJob = async (node: RecoverBox, job: Job, signal: AbortSignal): Promise<Ended> => {
  await node.ready();
  const longest = Math.max(...job.lanes.map(lane => sum(lane, 0)));
  const lanes = job.lanes.map(async (lane, at) => {
    // Spread over the time that the longest takes, in steps of the golden ratio: they do not all begin or end together.
    await sleep((longest - sum(lane, 0)) * ((at * 0.618) % 1), undefined, { signal });
    const runs: OutageRun[] = [];
    for (const plan of lane) runs.push(await runPlan(node, job, plan, signal));
    return runs;
  });
  return { runs: (await Promise.all(lanes)).flat(), lines: await node.lines() };
};

const runAll = async (
  site: RecoverSite,
  jobs: Job[],
  signal: AbortSignal,
): Promise<{ ended: Ended[]; lost: string[] }> => {
  const aggregator = await startAggregator(site);
  const lost: string[] = [];
  const begin = async (job: Job): Promise<RecoverBox> => {
    const hosts = job.lanes.flat().map(({ host }) => host);
    const { name, kind } = job;
    const node = await startRecoverBox(site, { name, kind, hosts, aggregator: job.recovers ? aggregator : null });
    site.defer(() => node.stop());
    return node;
  };
  const running: Promise<Ended | null>[] = [];
  const fail = (job: Job) => (error: unknown) => {
    signal.throwIfAborted();
    lost.push(`${job.name}: ${String(error)}`);
    say(lost.at(-1) ?? '');
    return null;
  };
  // Those that take longest first, and one start after the other: only then all wait side by side.
  for (const job of [...jobs].sort((a, b) => jobLength(b) - jobLength(a))) {
    signal.throwIfAborted();
    const node = await begin(job).catch(fail(job));
    if (node === null) continue;
    say(`${job.name} started`);
    const work = runJob(node, job, signal).catch(fail(job));
    // Looked at when all are awaited; until then a stop must not end the process.
    work.catch(() => undefined);
    running.push(work);
  }
  const ended = (await Promise.all(running)).filter(one => one !== null);
  return { ended, lost };
};

/** Each containerd and journalctl takes some of the machine's inotify instances, and by default there are 128 for all of root's. */
const raiseInotify = async (): Promise<() => Promise<void>> => {
  const file = '/proc/sys/fs/inotify/max_user_instances';
  const before = await readFile(file, 'utf8');
  if (Number(before) >= 1_024) return () => Promise.resolve();
  await writeFile(file, '1024');
  return () => writeFile(file, before);
};

const watchLoad = (signal: AbortSignal): number[] => {
  const loads: number[] = [];
  const look = (): void => void loads.push(loadavg()[0] ?? 0);
  const timer = setInterval(look, 15_000);
  signal.addEventListener('abort', () => clearInterval(timer));
  look();
  return loads;
};

/**
 * From healed to running in real time: outages of each kind, really made and mended, with the agent as the image runs it on some
 * nodes and without it on others. Arguments: how many of each kind, and the longest in seconds (30 and 1200); by name, some kinds
 * only, and only `with` or `without` the agent.
 */
export const benchRecoverLive = async (args: string[]): Promise<string[]> => {
  const [count = 30, longest = 1_200] = args.map(Number).filter(value => Number.isFinite(value));
  const words = args.filter(arg => !Number.isFinite(Number(arg)));
  const named = words.filter(word => word !== 'with' && word !== 'without');
  const kinds = outageKinds.filter(kind => named.length === 0 || named.includes(slug(kind)));
  const sides = [true, false].filter(recovers => !words.includes(recovers ? 'without' : 'with'));
  const lengths = outageLengths(count, longest * 1_000);
  await run(['sh', '-c', 'cd "$1" && node .ci/build.js', 'sh', root]);
  const stop = new AbortController();
  const interrupt = (): void => stop.abort();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, interrupt);
  const began = Date.now();
  const loads = watchLoad(stop.signal);
  const restoreInotify = await raiseInotify();
  const site = await startRecoverSite(count);
  try {
    const jobs: Job[] = [];
    for (const kind of kinds)
      for (const recovers of sides)
        jobs.push(...jobsOf(kind, recovers, await plansOf(site, kind, { lengths, recovers })));
    await site.serveNames();
    say(`${jobs.length} nodes, ${kinds.length * sides.length * count} outages`);
    const { ended, lost } = await runAll(site, jobs, stop.signal);
    const minutes = Math.round((Date.now() - began) / 60_000);
    return recordLines({ ended, lost, kinds, count, longest, loads, minutes });
  } catch (error) {
    if (!stop.signal.aborted) throw error;
    process.exitCode = 130;
    return ['recover-live: stopped before its end; everything that it made is removed'];
  } finally {
    stop.abort();
    await site.stop();
    await restoreInotify();
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.off(signal, interrupt);
  }
};
