import { setTimeout as wait } from 'node:timers/promises';
import type { Incident } from '../src/model/incident.ts';

/** How long answers took, by what was asked, milliseconds; and what was not answered with 200. */
export type Reads = { latencies: Map<string, number[]>; refused: number };

const everyMs = 250;
const patienceMs = 180_000;

/** Asks what on-call people ask, four times a second each, for as long as the signal lets it. */
export const readMeanwhile = async (url: string, nodes: number, signal: AbortSignal): Promise<Reads> => {
  const reads: Reads = { latencies: new Map(), refused: 0 };
  const ask = async (name: string, path: string): Promise<void> => {
    const began = performance.now();
    const answer = await fetch(`${url}${path}`).catch(() => null);
    await answer?.arrayBuffer().catch(() => null);
    if (answer?.status !== 200) reads.refused += 1;
    const taken = reads.latencies.get(name) ?? [];
    reads.latencies.set(name, [...taken, performance.now() - began]);
  };
  while (!signal.aborted) {
    const node = Math.floor(Math.random() * nodes);
    await Promise.all([
      ask('reachability', `/v1/nodes/node-${node}/reachability`),
      ask('incidents', '/v1/incidents'),
      ask('matrix', '/v1/matrix'),
      wait(everyMs),
    ]);
  }
  return reads;
};

/** Waits until one open incident says that the registry is down for all nodes; gives the seconds, or null where none ever does. */
export const secondsToScope = async (url: string, registry: string, nodes: number): Promise<number | null> => {
  const began = performance.now();
  while (performance.now() - began < patienceMs) {
    const answer = await fetch(`${url}/v1/incidents?registry=${registry}`).catch(() => null);
    const { items = [] } = ((await answer?.json().catch(() => null)) ?? {}) as { items?: Incident[] };
    // A node that flapped before is told apart; each of the others must fail.
    if (
      items.some(
        ({ scope: { kind, evidence } }) => kind === 'registry' && evidence.failed + evidence.flapping === nodes,
      )
    )
      return (performance.now() - began) / 1000;
    await wait(everyMs);
  }
  return null;
};
