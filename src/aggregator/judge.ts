import { setTimeout as wait } from 'node:timers/promises';
import type { Log } from '../lib/log.ts';
import type { Incident } from '../model/incident.ts';
import { limits } from '../model/limits.ts';
import { ClusterJudge } from '../scope/cluster-judge.ts';
import { ClusterView } from '../scope/cluster-view.ts';
import { stepIncidents } from '../scope/incidents.ts';
import { readEvidence, type NodeInput } from '../scope/node-evidence.ts';
import type { NodeLabels } from './kubernetes/node-labels.ts';
import type { Leader, NodeFacts } from './store/records.ts';
import type { Store } from './store/store.ts';

type JudgeParts = {
  store: Store;
  staleAfterMs: number;
  log: Log;
  now: () => number;
  signal: AbortSignal;
  /** Where nodes stand; nothing is known of it without. */
  labels?: NodeLabels | null;
};

const nothingKnown: NodeInput['state'] = { runtime: null, checks: [], pulls: [], retries: [] };

/** What was said before the node's present boot says nothing of it; the node is there, and not tested. */
const inputOf = ({ uid, name, state, current, findings }: NodeFacts, labels: NodeLabels | null): NodeInput => {
  const known = labels?.of(name);
  const place = known === undefined ? {} : { labels: known };
  return state === null || !current
    ? { uid, name, ...place, state: nothingKnown, findings: [] }
    : { uid, name, ...place, state, findings };
};

/** The incidents that the next step needs: the open ones, and those that may come back. */
const recentIncidents = async (store: Store, now: number): Promise<Map<string, Incident>> => {
  const found = new Map<string, Incident>();
  const any = { cause: null, registry: null, image: null, limit: limits.listMax };
  const closedSince = now - limits.incidentReopenMs;
  for (const query of [
    { ...any, state: 'open', since: null } as const,
    { ...any, state: 'closed', since: closedSince } as const,
  ]) {
    let before: number | null = null;
    do {
      const page = await store.incidents({ ...query, before });
      for (const one of page.items) found.set(one.id, one);
      before = page.next === null ? null : Number(page.next);
    } while (before !== null);
  }
  return found;
};

/** Judges for as long as this replica leads: nodes as they change, and time as it goes by. */
class Bench {
  readonly #parts: JudgeParts;
  readonly #view: ClusterView;
  readonly #judge: ClusterJudge;
  #incidents: Map<string, Incident> | null = null;
  #revision = 0;
  #labelled = 0;
  #listenedAt = 0;
  readonly #savedAt = new Map<string, number>();

  constructor(parts: JudgeParts) {
    this.#parts = parts;
    this.#view = new ClusterView(parts.staleAfterMs);
    this.#judge = new ClusterJudge(this.#view);
  }

  async #readChanges(at: number): Promise<void> {
    const { store, labels = null } = this.#parts;
    // A node that moved to another pool says nothing of it itself: all are read again.
    if (labels !== null && labels.version !== this.#labelled) this.#revision = 0;
    this.#labelled = labels?.version ?? 0;
    for (;;) {
      const changed = await store.changedSince(this.#revision, limits.judgeNodes);
      for (const node of changed) {
        if (node.gone) this.#view.remove(node.uid);
        else this.#view.set(readEvidence(inputOf(node, labels)), at, node.lastSeen);
        this.#revision = Math.max(this.#revision, node.revision);
      }
      if (changed.length < limits.judgeNodes) return;
    }
  }

  async #listen(at: number): Promise<void> {
    const { store, staleAfterMs } = this.#parts;
    if (at - this.#listenedAt < limits.judgeSilenceMs) return;
    const silent = new Set(await store.silentSince(at - staleAfterMs));
    for (const uid of this.#view.nodes.keys())
      if (silent.has(uid)) this.#view.silent(uid);
      else this.#view.heard(uid, at);
    this.#listenedAt = at;
  }

  /** One step: what changed is read, judged and stored; a fault leaves all as it was, for the next step to do. */
  async step(leader: Leader): Promise<void> {
    const at = this.#parts.now();
    this.#incidents ??= await recentIncidents(this.#parts.store, at);
    const incidents = this.#incidents;
    await this.#readChanges(at);
    await this.#listen(at);
    const changes = stepIncidents([...incidents.values()], this.#judge.faults(at), this.#view, at);
    const due = changes.filter(
      ({ kind, incident }) =>
        kind !== 'refreshed' || at - (this.#savedAt.get(incident.id) ?? 0) >= limits.judgeRefreshMs,
    );
    if (due.length > 0)
      await leader.saveIncidents(
        due.map(({ incident }) => incident),
        at,
      );
    for (const { incident } of due) {
      incidents.set(incident.id, incident);
      this.#savedAt.set(incident.id, at);
    }
    for (const { id, closedAt } of [...incidents.values()])
      if (closedAt !== null && at - closedAt > limits.incidentReopenMs) {
        incidents.delete(id);
        this.#savedAt.delete(id);
      }
  }
}

/**
 * Keeps the incidents up to date while this replica leads: within about a second of a change, and as time goes by. Ends with
 * the signal; never fails.
 */
export const keepJudging = (parts: JudgeParts): Promise<void> =>
  parts.store.lead(parts.signal, async leader => {
    const bench = new Bench(parts);
    let complainedAt = -Infinity;
    while (!leader.signal.aborted) {
      try {
        await bench.step(leader);
      } catch (error) {
        const at = parts.now();
        if (at - complainedAt >= limits.complainMs) {
          complainedAt = at;
          parts.log.warn({ reason: error instanceof Error ? error.message : String(error) }, 'incidents not judged');
        }
      }
      await wait(limits.judgeMs, undefined, { signal: leader.signal }).catch(() => undefined);
    }
  });
