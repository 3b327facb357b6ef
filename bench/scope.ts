import { ClusterJudge } from '../src/scope/cluster-judge.ts';
import { ClusterView } from '../src/scope/cluster-view.ts';
import { stepIncidents } from '../src/scope/incidents.ts';
import { readEvidence } from '../src/scope/node-evidence.ts';
import { nodeInput, wayTo } from '../test/scope/sample.ts';

const registries = Array.from({ length: 20 }, (_, at) => `reg-${at}.example`);

const fill = (view: ClusterView, count: number, zone: number | null, at: number): void => {
  for (let node = 0; node < count; node += 1) {
    const broken = zone === null ? 'network-timeout' : null;
    const fails = (registry: string): boolean => (broken === null ? node % 3 === zone : registry === 'reg-0.example');
    const input = nodeInput(`node-${node}`, {
      labels: { 'topology.kubernetes.io/zone': `z${node % 3}`, agentpool: `p${node % 5}` },
      fingerprint: Object.fromEntries(registries.map(registry => [`ca:${registry}`, 'a'.repeat(64)])),
      checks: registries.flatMap(registry => wayTo(registry, fails(registry) ? 'tcp-timeout' : null)),
    });
    view.set(readEvidence(input), at);
  }
};

const timed = (work: () => void): number => {
  const started = performance.now();
  work();
  return Math.round(performance.now() - started);
};

/** What it costs to read and judge clusters of 20 registries: a zone that is down everywhere, then a registry for everyone. */
export const benchScope = (): Promise<string[]> => {
  const lines = ['nodes | read all | judge a zone | read all again | judge a registry | heap'];
  for (const count of [100, 1000, 5000, 15_000]) {
    const view = new ClusterView(90_000);
    const judge = new ClusterJudge(view);
    const step = (at: number): number => timed(() => void stepIncidents([], judge.faults(at), view, at));
    const read = timed(() => fill(view, count, 1, 0));
    const zone = step(60_000);
    const again = timed(() => fill(view, count, null, 61_000));
    const registry = step(62_000);
    const heap = Math.round(process.memoryUsage().heapUsed / 1_000_000);
    lines.push(`${count} | ${read} ms | ${zone} ms | ${again} ms | ${registry} ms | ${heap} MB`);
  }
  return Promise.resolve(lines);
};
