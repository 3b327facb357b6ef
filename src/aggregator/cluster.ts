import { setImmediate as turn } from 'node:timers/promises';
import type { Cause } from '../model/cause.ts';
import { sleep } from '../lib/backoff.ts';
import { PullpathError } from '../model/error.ts';
import type { Incident } from '../model/incident.ts';
import { limits } from '../model/limits.ts';
import type { ScopeKind } from '../model/scope.ts';
import { ClusterJudge } from '../scope/cluster-judge.ts';
import { ClusterView, type ViewNode } from '../scope/cluster-view.ts';
import type { Fault } from '../scope/faults.ts';
import type { NodeEvidence } from '../scope/node-evidence.ts';
import { matchIncidents } from '../scope/match-incidents.ts';
import { sinceByName } from '../scope/trait-times.ts';
import { withPlace } from '../scope/traits.ts';
import type { RetryRecord } from '../model/report.ts';
import type { FindingAnswer, FindingItem } from '../wire/api.ts';
import type { NodeLabels } from './kubernetes/node-labels.ts';
import { listedRetries } from './retry-list.ts';
import type { KnownFinding, NodeFacts } from './store/records.ts';
import type { Store } from './store/store.ts';

type ClusterParts = {
  store: Pick<Store, 'changedSince' | 'silentSince' | 'incidents' | 'incidentsVersion'>;
  staleAfterMs: number;
  /** Where nodes stand; nothing is known of it without. */
  labels?: NodeLabels | null;
};

/** What was said before the node's present boot says nothing of it; the node is there, and not tested. */
const evidenceOf = ({ uid, name, told, current }: NodeFacts, labels: NodeLabels | null): NodeEvidence => {
  if (told === null || !current)
    return { uid, name, facts: [], traits: withPlace(new Map(), labels?.of(name)), pulled: [] };
  const { facts, traits, times, pulled } = told;
  return { uid, name, facts, traits: withPlace(traits, labels?.of(name)), since: sinceByName(times), pulled };
};

/** How many open findings are alike. */
export type FindingCount = { cause: Cause; registry: string | null; scope: ScopeKind; count: number };

/** Something broken with the incident that it is, once it is one. */
export type Known = { fault: Fault; incident: Incident | null };

/**
 * What this replica knows of all nodes together, kept up with the store. Each replica has its own, so that each answers
 * questions by itself; only the one that leads makes incidents of it.
 */
export class Cluster {
  readonly view: ClusterView;
  readonly #parts: ClusterParts;
  readonly #judge: ClusterJudge;
  /** Open findings by the node's uid. */
  readonly findings = new Map<string, KnownFinding[]>();
  /** Pulls of the agents' own by the node's uid, the newest first. */
  readonly retries = new Map<string, RetryRecord[]>();
  #following: Promise<void> | null = null;
  #revision = 0;
  #isWhole = false;
  #labelled = 0;
  #listenedAt = -Infinity;
  #names: ViewNode[] | null = null;
  #faults: Fault[] = [];
  #judgeAgain = 0;
  #known: { faults: Fault[] | null; open: Incident[]; list: Known[] } = { faults: null, open: [], list: [] };
  #incidents: { version: number; open: Incident[] } = { version: -1, open: [] };

  constructor(parts: ClusterParts) {
    this.#parts = parts;
    this.view = new ClusterView(parts.staleAfterMs);
    this.#judge = new ClusterJudge(this.view);
  }

  /** Takes in what changed until now; questions that come at one time wait for one reading. Fails as the store does. */
  follow(at: number): Promise<void> {
    this.#following ??= this.#readChanges(at)
      .then(() => this.#listen(at))
      .finally(() => {
        this.#following = null;
      });
    return this.#following;
  }

  /**
   * Takes in what changed, for an answer. Right after the start of a large cluster's aggregator, while what thousands of nodes
   * said is read for the first time, it refuses instead of letting everyone wait.
   */
  async current(at: number): Promise<void> {
    if (await this.#isReadIn(at)) return;
    throw new PullpathError(
      'store-unavailable',
      'the aggregator has just started and still reads what the nodes said; ask again in a few seconds',
    );
  }

  async #isReadIn(at: number): Promise<boolean> {
    const following = this.follow(at);
    // Its fault is told to who still waits for it.
    following.catch(() => undefined);
    if (this.#isWhole) await following;
    if (this.#isWhole) return true;
    const patience = new AbortController();
    const waited = sleep(limits.clusterReadMs, patience.signal);
    await Promise.race([following, waited]).finally(() => patience.abort());
    return this.#isWhole;
  }

  /** Keeps up while nobody asks, so that no question waits for much; ends with the signal. Never fails. */
  async run(now: () => number, signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      // What cannot be read is told to who asks, and to the log by who judges.
      await this.follow(now()).catch(() => undefined);
      await sleep(limits.judgeMs, signal);
    }
  }

  /** What is broken as of the last reading; while a storm of changes makes that long to judge, as of a moment ago. */
  faults(at: number): Fault[] {
    const began = performance.now();
    if (began < this.#judgeAgain) return this.#faults;
    this.#faults = this.#judge.faults(at);
    const took = performance.now() - began;
    this.#judgeAgain = this.view.nodes.size < limits.judgeFewNodes ? 0 : began + took * limits.judgePart;
    return this.#faults;
  }

  /** What is broken now, each with its incident. */
  async known(at: number): Promise<readonly Known[]> {
    await this.current(at);
    const faults = this.faults(at);
    const open = await this.openIncidents();
    // The same lists are given until something changes.
    if (faults === this.#known.faults && open === this.#known.open) return this.#known.list;
    const { continued } = matchIncidents(open, faults, at);
    const list = faults.map(fault => ({ fault, incident: continued.get(fault) ?? null }));
    this.#known = { faults, open, list };
    return list;
  }

  /** All nodes by their names. */
  nodesByName(): readonly ViewNode[] {
    return (this.#names ??= [...this.view.nodes.values()].sort((one, other) => (one.name < other.name ? -1 : 1)));
  }

  /** By uid, or by name. */
  nodeOf(nameOrUid: string): ViewNode | null {
    const { nodes } = this.view;
    return nodes.get(nameOrUid) ?? this.nodesByName().find(({ name }) => name === nameOrUid) ?? null;
  }

  /** Findings with how far what they tell of reaches. */
  async scoped(items: readonly FindingItem[], at: number): Promise<FindingAnswer[]> {
    const isTold = items.some(({ state }) => state === 'open') && (await this.#isReadIn(at));
    const known = isTold ? await this.known(at) : [];
    return items.map(item => {
      const node = item.state === 'open' ? this.view.nodes.get(item.nodeUid) : undefined;
      const told = node && known.find(({ fault }) => holds(fault, node, item.id));
      return { ...item, scope: told ? kindOf(told) : 'unknown', incident: told?.incident?.id ?? null };
    });
  }

  /** How many findings are open, by cause, registry and scope. */
  async findingCounts(at: number): Promise<FindingCount[]> {
    const known = await this.known(at);
    const counts = new Map<string, FindingCount>();
    for (const [uid, findings] of this.findings) {
      const node = this.view.nodes.get(uid);
      for (const { id, cause, registry } of findings) {
        const told = node && known.find(({ fault }) => holds(fault, node, id));
        const scope = told ? kindOf(told) : 'unknown';
        const key = `${cause} ${scope} ${registry}`;
        const count = counts.get(key) ?? { cause, registry, scope, count: 0 };
        count.count += 1;
        counts.set(key, count);
      }
    }
    return [...counts.values()];
  }

  async #readChanges(at: number): Promise<void> {
    const { store, labels = null } = this.#parts;
    // A node that moved to another pool says nothing of it itself: all are read again.
    if (labels !== null && labels.version !== this.#labelled) this.#revision = 0;
    this.#labelled = labels?.version ?? 0;
    for (;;) {
      const changed = await store.changedSince(this.#revision, limits.judgeNodes);
      for (const node of changed) {
        this.#take(node, at);
        this.#revision = Math.max(this.#revision, node.revision);
      }
      if (changed.length < limits.judgeNodes) {
        this.#isWhole = true;
        return;
      }
      // Others get their turn: a database in this process never waits.
      await turn();
    }
  }

  #take(node: NodeFacts, at: number): void {
    const { view } = this;
    const known = view.nodes.get(node.uid);
    if (known?.name !== node.name || node.gone) this.#names = null;
    if (node.gone) {
      view.remove(node.uid);
      this.findings.delete(node.uid);
      this.retries.delete(node.uid);
      return;
    }
    view.set(evidenceOf(node, this.#parts.labels ?? null), at, node.lastSeen);
    const found = node.told?.findings ?? [];
    if (found.length === 0) this.findings.delete(node.uid);
    else this.findings.set(node.uid, found);
    const retries = listedRetries(node.told?.retries ?? []);
    if (retries.length === 0) this.retries.delete(node.uid);
    else this.retries.set(node.uid, retries);
  }

  async #listen(at: number): Promise<void> {
    const { store, staleAfterMs } = this.#parts;
    if (at - this.#listenedAt < limits.judgeSilenceMs) return;
    const silent = new Set(await store.silentSince(at - staleAfterMs));
    for (const uid of this.view.nodes.keys())
      if (silent.has(uid)) this.view.silent(uid);
      else this.view.heard(uid, at);
    this.#listenedAt = at;
  }

  /** The open incidents, read again when any changed. */
  async openIncidents(): Promise<Incident[]> {
    const { store } = this.#parts;
    const version = await store.incidentsVersion();
    if (version === this.#incidents.version) return this.#incidents.open;
    const any = { cause: null, registry: null, image: null, since: null, before: null };
    const page = await store.incidents({ ...any, state: 'open', limit: limits.listMax });
    this.#incidents = { version, open: page.items };
    return page.items;
  }
}

const holds = (fault: Fault, node: ViewNode, finding: string): boolean =>
  fault.failing.get(node)?.some(({ failure }) => failure.findings.includes(finding)) === true;

/** An incident's scope does not follow every node that comes and goes, so it is the one to tell. */
export const kindOf = ({ fault, incident }: Known): ScopeKind => incident?.scope.kind ?? fault.kind;
