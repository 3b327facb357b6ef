import { roundOf } from '../src/diagnose/recovery-pace.ts';
import { limits } from '../src/model/limits.ts';
import { randomOf, SimulatedNode, type Outage } from './recover-node.ts';

/** The kinds that heal; a connection that is dropped hangs for 30 s in containerd and 5 s in a question. */
const outages: Outage[] = [
  { name: 'DNS', cause: 'dns-failure', check: 'dns.resolve', attemptMs: 200, askMs: 50 },
  { name: 'refused', cause: 'network-unreachable', check: 'tcp.connect', attemptMs: 100, askMs: 50 },
  { name: 'dropped', cause: 'network-timeout', check: 'tcp.connect', attemptMs: 30_000, askMs: 5_000 },
  { name: 'reset', cause: 'connection-reset', check: 'tls.handshake', attemptMs: 100, askMs: 50 },
  { name: '503', cause: 'registry-error', check: 'registry.ping', attemptMs: 300, askMs: 100 },
  { name: 'proxy', cause: 'proxy-failure', check: 'proxy.connect', attemptMs: 200, askMs: 50 },
  { name: 'CA fixed', cause: 'tls-unknown-authority', check: 'files', attemptMs: 200, askMs: 20 },
  { name: 'disk freed', cause: 'disk-full', check: 'node.disk', attemptMs: 3_000, askMs: 20 },
];

const perKind = 30;
const seeds = 20;
const shortest = 20_000;
const longest = 1_200_000;

/** Milliseconds from 20 s to the longest, each by the same factor longer than the one before. */
export const outageLengths = (count: number, longestMs: number): number[] =>
  Array.from({ length: count }, (_none, at) => shortest * (longestMs / shortest) ** (at / Math.max(count - 1, 1)));

const lengths = outageLengths(perKind, longest);

/** Milliseconds from healed to running. */
const run = (outage: Outage, healsAt: number, { seed, recovers }: { seed: number; recovers: boolean }): number => {
  const node = new SimulatedNode({ outage, healsAt, random: randomOf(seed), herd: () => null }, recovers);
  while (node.kubelet.runsAt === null) node.step(node.nextAt);
  return Math.max(0, node.kubelet.runsAt - healsAt);
};

/** Of numbers in ascending order, the least that is not below this share of them; 0 where there are none. */
export const percentile = (sorted: number[], share: number): number =>
  sorted[Math.min(sorted.length - 1, Math.ceil(sorted.length * share) - 1)] ?? 0;

/** With one digit. */
export const seconds = (ms: number): string => (ms / 1000).toFixed(1);

const rowOf = (name: string, times: (recovers: boolean) => number[]): string => {
  const cells = [true, false].flatMap(recovers => {
    const sorted = times(recovers).sort((a, b) => a - b);
    return [0.5, 0.95, 1].map(share => seconds(percentile(sorted, share)));
  });
  return `| ${name} | ${cells.join(' | ')} |`;
};

const timesOf = (outage: Outage, recovers: boolean): number[] =>
  lengths.flatMap((length, at) =>
    Array.from({ length: seeds }, (_none, seed) => run(outage, length, { seed: seed * 1000 + at, recovers })),
  );

/** A thousand nodes whose registry answers 503 for ten minutes, and what reaches it from then on. */
const herdLines = (nodes: number, known: boolean): string[] => {
  const healsAt = 600_000;
  const outage = outages.find(({ name }) => name === '503');
  if (outage === undefined) return [];
  const herdOf = (place: number) => ({ nodes, perSecond: limits.herdPerSecond, place });
  const all = Array.from({ length: nodes }, (_none, place) => {
    const herd = () => (known ? herdOf(place) : undefined);
    const node = new SimulatedNode({ outage, healsAt, random: randomOf(place), herd }, true);
    // Only the agents' own requests are looked at: the kubelets, each in its own back-off, would pull some of the images first.
    node.kubelet.step(0, false);
    node.kubelet.step(node.kubelet.nextAt, false);
    node.kubelet.syncAt = Infinity;
    node.step(node.kubelet.failedAt ?? 0);
    return node;
  });
  for (const node of all) while (node.pulledAt === null && node.nextAt < Infinity) node.step(node.nextAt);
  const sent = all.flatMap(node => node.sent).filter(({ at }) => at >= healsAt);
  const bins = new Map<number, number>();
  for (const { at, requests } of sent)
    bins.set(Math.floor(at / 1000), (bins.get(Math.floor(at / 1000)) ?? 0) + requests);
  const last = Math.max(...all.map(node => node.pulledAt ?? Infinity)) - healsAt;
  const implied = (nodes * limits.recoverTurnRequests) / limits.herdPerSecond;
  const round = seconds(roundOf(herdOf(0)));
  return [
    known
      ? `${nodes} nodes that know of each other: at most ${Math.max(...bins.values())} requests in a second (rate ${limits.herdPerSecond}), all pulled ${seconds(last)} s after it healed (${implied} s at that rate; a round is ${round} s)`
      : `${nodes} nodes that cannot ask the aggregator: at most ${Math.max(...bins.values())} requests in a second, all pulled ${seconds(last)} s after it healed`,
  ];
};

/** From healed to running, with and without pullpath, and a herd at one registry: simulated over the agent's own core. */
export const benchRecover = (): Promise<string[]> => {
  const head = [
    `recover: simulated over the core and the stand-in kubelet's timing; ${perKind} outages of 20 s to 20 min, ${seeds} times each; seconds from healed to running`,
    '| outage | median | p95 | worst | without: median | p95 | worst |',
    '| --- | --- | --- | --- | --- | --- | --- |',
  ];
  const rows = outages.map(outage => rowOf(outage.name, recovers => timesOf(outage, recovers)));
  const all = rowOf('all', recovers => outages.flatMap(outage => timesOf(outage, recovers)));
  return Promise.resolve([...head, ...rows, all, ...herdLines(1000, true), ...herdLines(1000, false)]);
};
