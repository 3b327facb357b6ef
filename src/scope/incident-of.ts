import { causeFacts } from '../model/cause.ts';
import type { Incident, IncidentPod } from '../model/incident.ts';
import { limits } from '../model/limits.ts';
import type { NodeSet, Scope, ScopeEvidence } from '../model/scope.ts';
import type { ClusterView, ViewNode } from './cluster-view.ts';
import type { Fault } from './faults.ts';
import { incidentText } from './incident-text.ts';

/** The nodes by count and the first names. */
export const nodeSetOf = (nodes: Iterable<Pick<ViewNode, 'name'>>): NodeSet => {
  const names = Array.from(nodes, node => node.name).sort();
  return { count: names.length, names: names.slice(0, limits.incidentNodes) };
};

/** How many nodes there are, and how many of them are silent. */
export type Census = { all: number; stale: number };

export const censusOf = (view: ClusterView): Census => {
  let stale = 0;
  for (const node of view.nodes.values()) if (node.stale) stale += 1;
  return { all: view.nodes.size, stale };
};

/** Every node is counted once, whatever it is at other hosts. */
const evidenceOf = ({ counts }: Pick<Fault, 'counts'>, { all, stale }: Census): ScopeEvidence => {
  const live = all - stale;
  const failed = Math.min(counts.failed, live);
  const flapping = Math.min(counts.flapping, live - failed);
  const passed = Math.min(counts.passed, live - failed - flapping);
  return { tried: failed + passed, failed, passed, notTested: live - failed - passed - flapping, stale, flapping };
};

/** A fault's scope, as answers carry it. */
export const scopeOf = (
  fault: Pick<Fault, 'kind' | 'counts' | 'shared' | 'why'>,
  nodes: Iterable<Pick<ViewNode, 'name'>>,
  census: Census,
): Scope => ({
  kind: fault.kind,
  nodes: nodeSetOf(nodes),
  shared: fault.shared,
  evidence: evidenceOf(fault, census),
  why: fault.why,
});

type Hit = Pick<Incident, 'since' | 'severity' | 'pods' | 'findings'>;

const hitOf = (fault: Fault): Hit => {
  const hit: Hit = { since: Infinity, severity: 'warning', pods: { count: 0, some: [] }, findings: [] };
  const some: IncidentPod[] = [];
  const nodes = [...fault.failing].sort(([one], [other]) => (one.name < other.name ? -1 : 1));
  for (const [{ name }, members] of nodes)
    for (const { failure, since } of members) {
      hit.since = Math.min(hit.since, since);
      if (failure.severity === 'error') hit.severity = 'error';
      hit.pods.count += failure.pods;
      if (some.length < limits.incidentPods) some.push(...failure.waiting.map(pod => ({ ...pod, node: name })));
      if (hit.findings.length < limits.incidentFindings) hit.findings.push(...failure.findings);
    }
  hit.pods.some = some.slice(0, limits.incidentPods);
  hit.findings = hit.findings.slice(0, limits.incidentFindings);
  return hit;
};

const only = (items: readonly string[]): string | null => (items.length === 1 ? (items[0] ?? null) : null);

/** What a fault says of an incident, short of its life. */
export type IncidentFacts = Omit<
  Incident,
  'id' | 'state' | 'openedAt' | 'changedAt' | 'closedAt' | 'mergedInto' | 'peak'
>;

/** An incident's facts from its fault. */
export const factsOf = (fault: Fault, census: Census): IncidentFacts => {
  const scope = scopeOf(fault, fault.failing.keys(), census);
  const about = {
    cause: fault.cause,
    ...{ registry: only(fault.registries), host: only(fault.hosts), image: only(fault.images) },
    registries: fault.registries.slice(0, limits.incidentRegistries),
    scope,
  };
  return {
    ...{ key: fault.key, also: fault.also, ...causeFacts(fault.cause), ...about, ...hitOf(fault) },
    ...incidentText({ ...about, hosts: fault.hosts }),
  };
};
