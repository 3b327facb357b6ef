import type { Incident } from '../model/incident.ts';
import { limits } from '../model/limits.ts';
import { classOf, familyOf } from './fault-class.ts';
import type { Fault } from './faults.ts';

/** So many of the fewer nodes of the two must be hit by both for an incident and a fault to be the same under another key. */
const sameShare = 0.5;

const namesOf = (fault: Fault): Set<string> => new Set(Array.from(fault.failing.keys(), node => node.name));

/** The part of the fewer nodes that both have; an incident lists a part of its nodes by name, which stands for all. */
const overlap = (incident: Incident, names: ReadonlySet<string>): number => {
  const { count, names: listed } = incident.scope.nodes;
  if (listed.length === 0 || names.size === 0) return 0;
  const both = (listed.filter(name => names.has(name)).length / listed.length) * count;
  return Math.min(1, both / Math.min(count, names.size));
};

/** Whether they can be one thing at all: one host, one image, or the same kind of fault. */
const isRelated = (incident: Incident, fault: Fault): boolean => {
  if (incident.image !== null || fault.images.length > 0)
    return incident.image !== null && fault.images.includes(incident.image);
  if (incident.host !== null && fault.hosts.includes(incident.host))
    return familyOf(classOf(incident.cause)) === fault.family || fault.kind === 'registry';
  return familyOf(classOf(incident.cause)) === fault.family && incident.host === null;
};

/** How sure it is that a fault is what the incident was about, from 0 (it is not) to 1. */
const likeness = (incident: Incident, fault: Fault, names: ReadonlySet<string>): number => {
  if (!isRelated(incident, fault)) return 0;
  const share = overlap(incident, names);
  return share >= sameShare ? share : 0;
};

const byAge = (one: Incident, other: Incident): number => one.openedAt - other.openedAt || (one.id < other.id ? -1 : 1);

/** What became of the incidents of before. */
export type Matching = {
  /** The incident that each fault continues; none for a new one. */
  continued: Map<Fault, Incident>;
  /** Incidents that became a part of another one's fault. */
  merged: Map<Incident, Fault>;
  /** Those of which nothing is seen now. */
  unseen: Incident[];
};

/**
 * Which incident each fault is. By key; then, as a fault that spreads changes its key (a node, some nodes, the registry), by
 * at least half of the nodes of the smaller one at the same host, image or kind of fault: the most alike first, of equals the
 * oldest. What is left over and lies in another one's nodes has merged into it. Of a fault that split, the part most alike
 * keeps the incident and the others are new. A closed incident of the same key is taken up again for ten minutes.
 */
export const matchIncidents = (previous: readonly Incident[], faults: readonly Fault[], now: number): Matching => {
  const open = previous.filter(incident => incident.closedAt === null).sort(byAge);
  const continued = new Map<Fault, Incident>();
  const left = new Set(open);
  const take = (fault: Fault, incident: Incident): void => {
    continued.set(fault, incident);
    left.delete(incident);
  };
  const byKey = new Map(open.toReversed().map(incident => [incident.key, incident]));
  for (const fault of faults) {
    const same = byKey.get(fault.key);
    if (same) take(fault, same);
  }
  const names = new Map(left.size === 0 ? [] : faults.map(fault => [fault, namesOf(fault)] as const));
  const pairs = faults
    .filter(fault => !continued.has(fault))
    .flatMap(fault =>
      [...left].map(incident => ({ fault, incident, like: likeness(incident, fault, names.get(fault) ?? new Set()) })),
    )
    .filter(({ like }) => like > 0)
    .sort((one, other) => other.like - one.like || byAge(one.incident, other.incident));
  for (const { fault, incident } of pairs) if (!continued.has(fault) && left.has(incident)) take(fault, incident);
  const merged = new Map<Incident, Fault>();
  for (const incident of left) {
    const whole = faults.find(
      fault => continued.has(fault) && likeness(incident, fault, names.get(fault) ?? new Set()) > 0,
    );
    if (whole) merged.set(incident, whole);
  }
  const ended = new Map(
    previous
      .filter(({ closedAt, mergedInto }) => mergedInto === null && closedAt !== null)
      .filter(({ closedAt }) => now - (closedAt ?? 0) < limits.incidentReopenMs)
      .map(incident => [incident.key, incident]),
  );
  for (const fault of faults) {
    const same = continued.has(fault) ? undefined : ended.get(fault.key);
    if (same) continued.set(fault, same);
  }
  return { continued, merged, unseen: [...left].filter(incident => !merged.has(incident)) };
};
