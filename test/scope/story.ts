import type { Incident } from '../../src/model/incident.ts';
import { ClusterJudge } from '../../src/scope/cluster-judge.ts';
import { ClusterView } from '../../src/scope/cluster-view.ts';
import { stepIncidents } from '../../src/scope/incidents.ts';
import { readEvidence, type NodeInput } from '../../src/scope/node-evidence.ts';
import { staleAfterMs } from './views.ts';

/** A cluster's life, a step at a time: what nodes say, and what becomes of the incidents. */
export const storyOf = (
  known: readonly Incident[] = [],
): {
  incidents: Map<string, Incident>;
  view: ClusterView;
  say: (at: number, inputs: readonly NodeInput[]) => void;
  /** Everyone is heard, and one step is made: its events as `kind id`. */
  step: (at: number, silent?: readonly string[]) => string[];
} => {
  const incidents = new Map(known.map(one => [one.id, one]));
  const view = new ClusterView(staleAfterMs);
  const judge = new ClusterJudge(view);
  return {
    incidents,
    view,
    say: (at, inputs) => {
      for (const input of inputs) view.set(readEvidence(input), at);
    },
    step: (at, silent = []) => {
      for (const node of view.nodes.values()) if (!silent.includes(node.name)) view.heard(node.uid, at);
      const changes = stepIncidents([...incidents.values()], judge.faults(at), view, at);
      for (const { incident } of changes) incidents.set(incident.id, incident);
      return changes
        .filter(({ kind }) => kind !== 'refreshed')
        .map(({ kind, incident }) => `${kind} ${incident.state} ${incident.scope.kind}`);
    },
  };
};
