import { ClusterJudge } from '../../src/scope/cluster-judge.ts';
import { ClusterView } from '../../src/scope/cluster-view.ts';
import type { Fault } from '../../src/scope/faults.ts';
import { readEvidence, type NodeInput } from '../../src/scope/node-evidence.ts';
import { nodeInput } from './sample.ts';

export const staleAfterMs = 90_000;

/** A view of nodes that were all set at one time. */
export const viewOf = (inputs: readonly NodeInput[], at = 1_000_000): ClusterView => {
  const view = new ClusterView(staleAfterMs);
  for (const input of inputs) view.set(readEvidence(input), at);
  return view;
};

/** What is broken in a view of nodes, a second later. */
export const faultsIn = (inputs: readonly NodeInput[], at = 1_000_000): Fault[] =>
  new ClusterJudge(viewOf(inputs, at)).faults(at + 1000);

/** So many nodes, made by their number. */
export const nodesOf = (
  count: number,
  part: (at: number) => Partial<NodeInput['state']> & Partial<Pick<NodeInput, 'findings' | 'labels'>>,
): NodeInput[] => Array.from({ length: count }, (_, at) => nodeInput(`node-${at}`, part(at)));

/** A verdict in short: kind, and the names of the failing nodes. */
export const told = (faults: readonly Fault[]): string[] =>
  faults
    .map(
      ({ kind, cause, failing }) =>
        `${kind} ${cause} ${Array.from(failing.keys(), node => node.name)
          .sort()
          .join(',')}`,
    )
    .sort();
