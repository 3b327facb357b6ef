import { limits } from '../model/limits.ts';
import type { Fact, Failure, NodeEvidence } from './node-evidence.ts';
import { PulledTable } from './pulled-table.ts';
import { TraitTable } from './trait-table.ts';

/** A node in the view. */
export type ViewNode = {
  readonly uid: string;
  name: string;
  traits: Int32Array;
  facts: readonly Fact[];
  lastSeen: number;
  stale: boolean;
  /** When each trait became what it is, by name; missing where it was so from the start. */
  traitSince: ReadonlyMap<string, number>;
  /** Images that it pulled, as the table of them has it. */
  pulled: Uint32Array;
  /** When its outcome in a group changed, the last few times, by the group's key. */
  changes: Map<string, number[]>;
};

/** What a node says in a group; null failure is a pass. `since` is when this outcome was first seen. */
export type Member = { failure: Failure | null; since: number };

/** All that nodes say about one host, one image or one fault of nodes. */
export type Group = {
  readonly key: string;
  readonly subject: Fact['subject'];
  readonly name: string;
  readonly members: Map<ViewNode, Member>;
  /** How many members have it at this registry. */
  readonly registries: Map<string, number>;
  /** What was said last. */
  last: Fact;
};

const keyOf = (fact: Pick<Fact, 'subject' | 'name'>): string => `${fact.subject} ${fact.name}`;

const sameList = (one: readonly string[], other: readonly string[]): boolean =>
  one.length === other.length && one.every((text, index) => text === other[index]);

/** A fact with the texts of another one about the same where they are equal: 15,000 nodes say nearly the same of each host. */
const alike = (fact: Fact, other: Fact): Fact => {
  const registries = sameList(fact.registries, other.registries) ? other.registries : fact.registries;
  const shared = { ...fact, name: other.name, registries };
  const [failure, known] = [fact.failure, other.failure];
  if (failure === null || known === null || failure.cause !== known.cause || failure.code !== known.code) return shared;
  const fails = sameList(failure.registries, known.registries) ? known.registries : failure.registries;
  return { ...shared, failure: { ...failure, cause: known.cause, code: known.code, registries: fails } };
};

/** The times of a node of which nothing changed: one object for all of them. */
const asEver: ReadonlyMap<string, number> = new Map();

/** Passes need no times of their own: one object for all of them. */
const passed: Member = { failure: null, since: 0 };

/**
 * The newest evidence of all nodes, by node and by what it is about. One node is set at a time, and remembers which
 * groups have to be judged again.
 */
export class ClusterView {
  readonly table = new TraitTable();
  readonly pulls = new PulledTable();
  readonly nodes = new Map<string, ViewNode>();
  readonly groups = new Map<string, Group>();
  /** Keys of groups whose members, their traits or whose staleness changed; the judge empties it. */
  readonly dirty = new Set<string>();
  /** Grows with every change that may change an answer. */
  revision = 0;
  readonly #staleAfterMs: number;

  constructor(staleAfterMs: number) {
    this.#staleAfterMs = staleAfterMs;
  }

  /** Takes what a node says now; `at` is when that arrived and `lastSeen` when the node was heard last. */
  set(evidence: NodeEvidence, at: number, lastSeen = at): void {
    this.revision += 1;
    const known = this.nodes.get(evidence.uid);
    const node: ViewNode = known ?? {
      ...{ uid: evidence.uid, name: evidence.name, traits: new Int32Array(0), facts: [] },
      ...{ lastSeen, stale: false, traitSince: asEver, pulled: new Uint32Array(0), changes: new Map() },
    };
    node.name = evidence.name;
    node.lastSeen = Math.max(node.lastSeen, lastSeen);
    this.#setTraits(node, evidence, known === undefined);
    this.#setPulled(node, evidence.pulled);
    const before = node.facts;
    const now = new Set(evidence.facts.map(keyOf));
    for (const fact of before) if (!now.has(keyOf(fact))) this.#leave(node, fact, at);
    const facts = evidence.facts.map(fact => this.#join(node, fact, at, known === undefined));
    this.#recount(before, facts);
    node.facts = facts;
    if (known === undefined) {
      this.nodes.set(node.uid, node);
      this.#touchNodeGroups();
    }
  }

  /** Takes a node out: it was removed or replaced. */
  remove(uid: string): void {
    const node = this.nodes.get(uid);
    if (node === undefined) return;
    this.revision += 1;
    this.#touch(node);
    this.#recount(node.facts, []);
    for (const fact of node.facts) {
      const group = this.groups.get(keyOf(fact));
      group?.members.delete(node);
      if (group?.members.size === 0) this.groups.delete(group.key);
    }
    this.table.release(node.traits);
    this.pulls.release(node.pulled);
    this.nodes.delete(uid);
    this.#touchNodeGroups();
  }

  /** A heartbeat: the node lives, and all it said last still holds. */
  heard(uid: string, at: number): void {
    const node = this.nodes.get(uid);
    if (node !== undefined && at > node.lastSeen) node.lastSeen = at;
  }

  /** Whoever keeps the times says that the node was not heard for too long. */
  silent(uid: string): void {
    const node = this.nodes.get(uid);
    if (node !== undefined) node.lastSeen = 0;
  }

  /** Finds the nodes that fell silent or came back; to be called before judging. */
  sweep(now: number): void {
    for (const node of this.nodes.values()) {
      const stale = now - node.lastSeen > this.#staleAfterMs;
      if (stale === node.stale) continue;
      node.stale = stale;
      this.revision += 1;
      this.#touch(node);
      this.#touchNodeGroups();
    }
  }

  #touch(node: ViewNode): void {
    for (const fact of node.facts) this.dirty.add(keyOf(fact));
    this.#touchPulled(node.pulled);
  }

  /** Of images that fail anywhere there is a group, and who pulled them passes in it. */
  #touchPulled(pulled: Uint32Array): void {
    for (const name of this.pulls.namesIn(pulled)) {
      const key = keyOf({ subject: 'image', name });
      if (this.groups.has(key)) this.dirty.add(key);
    }
  }

  /** In these every live node without the fault passes, so that each node counts. */
  #touchNodeGroups(): void {
    for (const group of this.groups.values()) if (group.subject === 'node') this.dirty.add(group.key);
  }

  #setPulled(node: ViewNode, pulled: NodeEvidence['pulled']): void {
    const before = node.pulled;
    node.pulled = this.pulls.hold(pulled);
    if (before.length !== node.pulled.length || before.some((number, index) => number !== node.pulled[index])) {
      this.#touchPulled(before);
      this.#touchPulled(node.pulled);
    }
    this.pulls.release(before);
  }

  #setTraits(node: ViewNode, { traits, since }: NodeEvidence, fresh: boolean): void {
    const held = this.table.hold(traits);
    const before = node.traits;
    node.traits = held;
    node.traitSince = since ?? asEver;
    if (!fresh && (before.length !== held.length || held.some((id, index) => id !== before[index]))) {
      this.#touch(node);
      this.#touchNodeGroups();
    }
    this.table.release(before);
  }

  /** Gives the fact as the view keeps it. */
  #join(node: ViewNode, given: Fact, at: number, fresh: boolean): Fact {
    const key = keyOf(given);
    let group = this.groups.get(key);
    if (group === undefined) {
      group = { key, subject: given.subject, name: given.name, members: new Map(), registries: new Map(), last: given };
      this.groups.set(key, group);
    }
    const held = group.members.get(node);
    const fact = alike(given, group.last);
    group.last = fact;
    const { failure } = fact;
    const same = held !== undefined && held.failure?.cause === failure?.cause;
    if (!fresh && ((held?.failure ?? null) !== null) !== (failure !== null)) this.#changed(node, key, at);
    if (failure === null) group.members.set(node, passed);
    else {
      const since = same ? held.since : at;
      group.members.set(node, { failure, since: Math.min(since, failure.since ?? since) });
    }
    if (!same || failure !== null) this.dirty.add(key);
    return fact;
  }

  #leave(node: ViewNode, fact: Fact, at: number): void {
    const key = keyOf(fact);
    const group = this.groups.get(key);
    if (fact.failure !== null) this.#changed(node, key, at);
    group?.members.delete(node);
    this.dirty.add(key);
    if (group?.members.size === 0) this.groups.delete(key);
  }

  #changed(node: ViewNode, key: string, at: number): void {
    const recent = (node.changes.get(key) ?? []).filter(time => at - time < limits.flapWindowMs);
    node.changes.set(key, [...recent.slice(1 - limits.flapChanges), at]);
    // Where it said its mind before and says it for good now, the window's end has to be looked at.
    for (const [other, times] of node.changes)
      if (at - (times.at(-1) ?? 0) > limits.flapWindowMs) node.changes.delete(other);
  }

  #recount(before: readonly Fact[], now: readonly Fact[]): void {
    for (const [facts, by] of [
      [before, -1],
      [now, 1],
    ] as const)
      for (const fact of facts) {
        const counts = this.groups.get(keyOf(fact))?.registries;
        if (counts === undefined) continue;
        for (const registry of fact.registries) {
          const left = (counts.get(registry) ?? 0) + by;
          if (left > 0) counts.set(registry, left);
          else counts.delete(registry);
        }
      }
  }
}
