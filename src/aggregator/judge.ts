import { sleep } from '../lib/backoff.ts';
import type { Log } from '../lib/log.ts';
import type { Incident } from '../model/incident.ts';
import { limits } from '../model/limits.ts';
import { stepIncidents } from '../scope/incidents.ts';
import type { Cluster } from './cluster.ts';
import type { Leader } from './store/records.ts';
import type { Store } from './store/store.ts';

type JudgeParts = {
  store: Pick<Store, 'incidents' | 'lead'>;
  cluster: Cluster;
  log: Log;
  now: () => number;
  signal: AbortSignal;
};

/** The incidents that the next step needs: the open ones, and those that may come back. */
const recentIncidents = async (store: JudgeParts['store'], now: number): Promise<Map<string, Incident>> => {
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
  #incidents: Map<string, Incident> | null = null;
  readonly #savedAt = new Map<string, number>();

  constructor(parts: JudgeParts) {
    this.#parts = parts;
  }

  /** One step: what changed is read, judged and stored; a fault leaves all as it was, for the next step to do. */
  async step(leader: Leader): Promise<void> {
    const { cluster, store, now } = this.#parts;
    const at = now();
    this.#incidents ??= await recentIncidents(store, at);
    const incidents = this.#incidents;
    await cluster.follow(at);
    const changes = stepIncidents([...incidents.values()], cluster.faults(at), cluster.view, at);
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
      await sleep(limits.judgeMs, leader.signal);
    }
  });
