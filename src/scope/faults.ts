import type { Cause } from '../model/cause.ts';
import type { ScopeEvidence, ScopeKind, SharedTrait } from '../model/scope.ts';
import type { ClusterView, ViewNode } from './cluster-view.ts';
import { familyOf } from './fault-class.ts';
import type { Judged } from './judge-group.ts';
import { linkUnits, type Linked } from './link-units.ts';
import { rule, type Failing, type Verdict } from './verdict.ts';

/** One broken thing of the cluster, at however many hosts and images it shows: what an incident is about. */
export type Fault = {
  /** The same as long as the fault is the same one: node, trait, host or image. */
  key: string;
  kind: ScopeKind;
  family: string;
  cause: Cause;
  also: Cause[];
  hosts: string[];
  images: string[];
  registries: string[];
  /** By node; a node that fails at several hosts is there once for each. */
  failing: Map<ViewNode, Failing['member'][]>;
  shared: SharedTrait[];
  counts: Pick<ScopeEvidence, 'failed' | 'passed' | 'flapping'>;
  why: string;
};

/** So many hosts must fail everywhere, and no other pass, before the way out is to blame and not each of them. */
const everywhereHosts = 3;
/** So many images of a registry must be refused everywhere before it is the registry's log-in and not each image. */
const refusedImages = 3;

const unique = <Item>(items: Iterable<Item>): Item[] => [...new Set(items)];

const keyOf = (verdict: Verdict): string => {
  const { kind, group, faultClass, failing, shared } = verdict;
  const family = familyOf(faultClass);
  if (kind === 'node') return `node ${failing[0]?.node.uid} ${family}`;
  if (kind === 'registry') return `registry ${group.name}`;
  if (group.subject === 'image' && kind !== 'nodes') return `image ${group.name}`;
  const [best] = shared;
  if (kind === 'unknown') return `unknown ${group.name} ${family}`;
  return best === undefined
    ? `nodes ${family} ${group.subject === 'node' ? '' : group.name}`
    : `nodes ${family} ${best.name}=${best.value ?? ''}`;
};

const faultOf = (verdict: Verdict, key = keyOf(verdict)): Fault => {
  const { group, kind, faultClass, cause, also, failing, shared, counts, why } = verdict;
  return {
    ...{ key, kind, family: familyOf(faultClass), cause, also, shared, counts, why },
    hosts: group.subject === 'host' ? [group.name] : [],
    images: group.subject === 'image' ? [group.name] : [],
    registries: [...group.registries.keys()].sort(),
    failing: new Map(failing.map(({ node, member }) => [node, [member]])),
  };
};

/** Takes a verdict on other nodes, or at another place, into a fault. */
const absorb = (
  fault: Fault,
  { group, cause, also, failing }: Pick<Verdict, 'group' | 'cause' | 'also' | 'failing'>,
): void => {
  for (const { node, member } of failing) {
    const held = fault.failing.get(node);
    if (held === undefined) fault.failing.set(node, [member]);
    else if (!held.includes(member)) held.push(member);
  }
  if (group.subject === 'host') fault.hosts = unique([...fault.hosts, group.name]).sort();
  if (group.subject === 'image') fault.images = unique([...fault.images, group.name]).sort();
  fault.registries = unique([...fault.registries, ...group.registries.keys()]).sort();
  fault.also = unique([...fault.also, cause, ...also]).filter(other => other !== fault.cause);
  fault.counts = { ...fault.counts, failed: fault.failing.size };
};

/** Faults of one key are one: a node that fails at several places, nodes that share a trait. */
const joined = (faults: readonly Fault[]): Fault[] => {
  const byKey = new Map<string, Fault>();
  for (const fault of faults) {
    const { key, cause, also } = fault;
    const known = byKey.get(key);
    if (known === undefined) {
      byKey.set(key, fault);
      continue;
    }
    const failing = [...fault.failing].flatMap(([node, members]) => members.map(member => ({ node, member })));
    absorb(known, { group: { key, subject: 'node', name: '', registries: new Map() }, cause, also, failing });
    known.hosts = unique([...known.hosts, ...fault.hosts]).sort();
    known.images = unique([...known.images, ...fault.images]).sort();
    known.registries = unique([...known.registries, ...fault.registries]).sort();
  }
  return [...byKey.values()];
};

/** What its units say of the places and causes of a fault that was judged over all of them. */
const placed = (fault: Fault, units: Linked['units']): Fault => {
  const mine = fault.failing;
  for (const { group, failing } of units) {
    const here = failing.filter(({ node }) => mine.has(node));
    if (here.length > 0)
      absorb(fault, { group, cause: fault.cause, also: here.map(one => one.member.failure.cause), failing: here });
  }
  return fault;
};

/** The faults on the ways to hosts: what fails together is judged together, and an outage at each host by itself. */
const hostFaults = (judged: readonly Judged[], view: ClusterView): Fault[] => {
  const hosts = judged.filter(({ group }) => group.subject === 'host');
  const own = new Map(hosts.flatMap(one => one.verdicts.map(verdict => [verdict, one.group.key] as const)));
  const faults: Fault[] = [];
  const together = linkUnits(hosts, view).filter(({ units }) => units.length > 1);
  for (const { units, whole } of together) {
    const nobody = whole.passing.length === 0;
    const everywhere = nobody && units.length >= everywhereHosts && hosts.every(({ passed }) => passed === 0);
    // Registries that nobody reaches, while others are reached, have each its own outage: also where one node alone tries.
    if (nobody && !everywhere) continue;
    const places = new Set(units.map(({ group, faultClass }) => `${group.key} ${faultClass}`));
    for (const [verdict, key] of own) if (places.has(`${key} ${verdict.faultClass}`)) own.delete(verdict);
    const way = `all ${whole.failing.length} nodes that tried fail, at all ${units.length} hosts: what they have in common is the way out`;
    for (const verdict of rule(whole, view.table)) {
      const fault =
        everywhere && whole.failing.length > 1
          ? faultOf({ ...verdict, kind: 'nodes', shared: [], why: way }, 'nodes everywhere')
          : faultOf(verdict);
      faults.push(placed(fault, units));
    }
  }
  return [...faults, ...Array.from(own.keys(), verdict => faultOf(verdict))];
};

const isRefusal = ({ kind, cause }: Verdict): boolean =>
  kind === 'workload' && (cause === 'auth-required' || cause === 'auth-denied');

/** A registry that refuses every image that anyone asks for has a log-in that no longer works: one fault. */
const imageFaults = (judged: readonly Judged[]): Fault[] => {
  const images = judged.filter(({ group }) => group.subject === 'image');
  const verdicts = images.flatMap(one => one.verdicts);
  const refused = new Map<string, Verdict[]>();
  for (const verdict of verdicts.filter(isRefusal)) {
    const [registry = ''] = verdict.group.registries.keys();
    refused.set(registry, [...(refused.get(registry) ?? []), verdict]);
  }
  const taken = new Set<Verdict>();
  const faults: Fault[] = [];
  for (const [registry, [first, ...more]] of refused) {
    if (first === undefined || more.length + 1 < refusedImages) continue;
    if (images.some(({ group, passed }) => passed > 0 && group.registries.has(registry))) continue;
    const fault = faultOf(first, `registry ${registry} log-in`);
    for (const verdict of more) absorb(fault, verdict);
    for (const verdict of [first, ...more]) taken.add(verdict);
    const why = `all ${more.length + 1} images that were tried are refused on every node`;
    faults.push({ ...fault, kind: 'registry', why });
  }
  return [...faults, ...verdicts.filter(verdict => !taken.has(verdict)).map(verdict => faultOf(verdict))];
};

/**
 * What is broken, from what all groups say:
 * - hosts at which the same nodes fail in the same way are judged as one: the nodes, or their way out;
 * - a registry that fails for everyone who tried is a fault of its own, however many images wait for it;
 * - an image that fails wherever it is scheduled is one, unless its registry refuses them all;
 * - faults of one node and family, and of nodes that share one trait, are one.
 */
export const gatherFaults = (judged: readonly Judged[], view: ClusterView): Fault[] => {
  const ofNodes = judged.filter(({ group }) => group.subject === 'node').flatMap(({ verdicts }) => verdicts);
  return joined([
    ...hostFaults(judged, view),
    ...imageFaults(judged),
    ...ofNodes.map(verdict => faultOf(verdict)),
  ]).sort((one, other) => (one.key < other.key ? -1 : 1));
};
