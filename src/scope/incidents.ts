import { causeFacts } from '../model/cause.ts';
import type { Incident, IncidentState } from '../model/incident.ts';
import { limits } from '../model/limits.ts';
import type { ScopeKind } from '../model/scope.ts';
import { shortId } from '../model/short-id.ts';
import type { ClusterView } from './cluster-view.ts';
import type { Fault } from './faults.ts';
import { incidentText } from './incident-text.ts';
import { censusOf, factsOf, type IncidentFacts } from './incident-of.ts';
import { matchIncidents } from './match-incidents.ts';

/** What became of an incident in one step. `refreshed` changes nothing that anyone need be told: newer evidence. */
export type IncidentChange = { kind: 'opened' | 'changed' | 'closed' | 'refreshed'; incident: Incident };

/** Below this part of the nodes that tried, a registry's outage is one no more; above `verdict.ts` makes it one. */
const keepOutageShare = 0.8;

/** How far each kind reaches; `workload` and `registry` as far as one another. */
const reach: Record<ScopeKind, number> = { unknown: 0, node: 1, nodes: 2, workload: 3, registry: 3 };

/**
 * Faults that may go away by themselves open an incident only when they last; a full disk or a runtime that is down is
 * the node's own, and the node cannot pull until it is seen to.
 */
const isHeld = (fault: Fault, since: number, now: number): boolean => {
  const { owner, retry } = causeFacts(fault.cause);
  if (owner === 'node' || owner === 'runtime' || retry === 'never') return false;
  return now - since < limits.incidentHoldMs;
};

/**
 * The scope does not follow every node that comes and goes: an outage stays one until a fifth of the nodes pass, and while
 * an incident heals it keeps the reach that it had, until it has rested for a while.
 */
const steadied = (previous: Incident, facts: IncidentFacts, now: number): IncidentFacts => {
  const { kind, evidence, shared, nodes } = facts.scope;
  const before = previous.scope;
  if (reach[kind] >= reach[before.kind]) return facts;
  const nearly = evidence.failed >= evidence.tried * keepOutageShare && evidence.tried > 1;
  const outage = before.kind === 'registry' && kind === 'nodes' && shared.length === 0 && nearly;
  const stood = before.kind !== 'nodes' || before.shared.length > 0;
  const healing = stood && nodes.count < previous.peak && now - previous.changedAt < limits.incidentGrowMs;
  if (!outage && !healing) return facts;
  const { registry, host, image, registries } = previous;
  const scope = { ...facts.scope, kind: before.kind, shared: before.shared, why: before.why };
  const about = { registry, host, image, registries, scope, cause: facts.cause };
  const hosts = host === null ? [] : [host];
  return { ...facts, ...about, key: previous.key, ...incidentText({ ...about, hosts }) };
};

const stateOf = (previous: Incident, count: number, now: number): IncidentState => {
  if (count > previous.scope.nodes.count) return 'growing';
  if (count * 2 <= previous.peak) return 'healing';
  const grew = previous.state === 'growing' && now - previous.changedAt < limits.incidentGrowMs;
  return grew ? 'growing' : 'opened';
};

/** What people are told of; the rest is evidence. How many others pass stands in the title too, and is no news. */
const told = ({ state, cause, scope, pods, severity, registries, host, image, title }: Incident): string =>
  JSON.stringify([
    ...[state, cause, scope.kind, scope.nodes, scope.shared, pods.count, severity],
    ...[registries, host, image, title.replaceAll(/\d+ other nodes?/g, '')],
  ]);

const evidenceOf = ({ scope, title, pods, findings }: Incident): string =>
  JSON.stringify([scope.evidence, title, pods.some, findings]);

const continuedBy = (previous: Incident, facts: IncidentFacts, now: number): IncidentChange | null => {
  const { count } = facts.scope.nodes;
  const since = Math.min(previous.since, facts.since);
  if (previous.closedAt !== null) {
    const life = { id: previous.id, openedAt: previous.openedAt, changedAt: now, closedAt: null, mergedInto: null };
    return { kind: 'opened', incident: { ...facts, ...life, since, state: 'opened', peak: count } };
  }
  const body = steadied(previous, facts, now);
  const next: Incident = {
    ...body,
    ...{ id: previous.id, openedAt: previous.openedAt, changedAt: previous.changedAt, closedAt: null },
    ...{ mergedInto: null, since, state: stateOf(previous, count, now), peak: Math.max(previous.peak, count) },
  };
  if (told(next) !== told(previous)) return { kind: 'changed', incident: { ...next, changedAt: now } };
  return evidenceOf(next) === evidenceOf(previous) ? null : { kind: 'refreshed', incident: next };
};

const opened = (facts: IncidentFacts, now: number): IncidentChange => ({
  kind: 'opened',
  incident: {
    ...facts,
    ...{ id: shortId('i', [facts.key, String(facts.since)]), state: 'opened', peak: facts.scope.nodes.count },
    ...{ openedAt: now, changedAt: now, closedAt: null, mergedInto: null },
  },
});

/** An incident of which nothing is seen: it heals, and closes when that lasted. */
const fading = (incident: Incident, now: number): IncidentChange | null => {
  if (incident.state === 'healing' && incident.scope.evidence.failed === 0)
    return now - incident.changedAt < limits.incidentQuietMs
      ? null
      : { kind: 'closed', incident: { ...incident, state: 'closed', changedAt: now, closedAt: now } };
  const evidence = { ...incident.scope.evidence, failed: 0, tried: incident.scope.evidence.passed };
  const scope = { ...incident.scope, evidence };
  const next: Incident = { ...incident, state: 'healing', scope, changedAt: now, pods: { count: 0, some: [] } };
  return { kind: 'changed', incident: next };
};

/** Names of nodes that are silent: what they said last is not known to be over. */
const silentNames = (view: ClusterView): Set<string> => {
  const names = new Set<string>();
  for (const node of view.nodes.values()) if (node.stale) names.add(node.name);
  return names;
};

/**
 * One step: the incidents of before (the open ones, and those closed within `limits.incidentReopenMs`), what is broken now,
 * and the time. Gives what changed; what is not in it is as it was. The same arguments give the same answer, on
 * whatever replica and after whatever restart.
 */
export const stepIncidents = (
  previous: readonly Incident[],
  faults: readonly Fault[],
  view: ClusterView,
  now: number,
): IncidentChange[] => {
  const census = censusOf(view);
  const { continued, merged, unseen } = matchIncidents(previous, faults, now);
  const changes: IncidentChange[] = [];
  const ids = new Map<Fault, string>();
  for (const fault of faults) {
    const incident = continued.get(fault);
    const facts = factsOf(fault, census);
    if ((incident === undefined || incident.closedAt !== null) && isHeld(fault, facts.since, now)) continue;
    const change = incident === undefined ? opened(facts, now) : continuedBy(incident, facts, now);
    ids.set(fault, incident?.id ?? change?.incident.id ?? '');
    if (change !== null) changes.push(change);
  }
  for (const [incident, fault] of merged)
    changes.push({
      kind: 'closed',
      incident: { ...incident, state: 'closed', changedAt: now, closedAt: now, mergedInto: ids.get(fault) ?? null },
    });
  const silent = unseen.length === 0 ? new Set<string>() : silentNames(view);
  for (const incident of unseen) {
    // Silence is not health: where none of its nodes is heard any more, it stays as it is.
    const { nodes, evidence } = incident.scope;
    const waits = evidence.failed > 0 && nodes.names.length > 0 && nodes.names.every(name => silent.has(name));
    const change = waits ? null : fading(incident, now);
    if (change !== null) changes.push(change);
  }
  return changes;
};
