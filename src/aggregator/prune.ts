import { setTimeout as pause } from 'node:timers/promises';
import type { Log } from '../lib/log.ts';
import type { Pruned } from './store/records.ts';
import type { Store } from './store/store.ts';

/** How often what is too old goes, how many rows of a kind go at once, and the pause between, so that reports get in. */
const every = 600_000;
const batchRows = 500;
const betweenMs = 50;

const isAbort = (error: unknown): boolean => error instanceof Error && error.name === 'AbortError';

type Pruning = {
  store: Store;
  retentionMs: number;
  /** What the database may hold; beyond it the oldest history goes before its time. */
  maxBytes: number;
  log: Log;
  now: () => number;
  signal: AbortSignal;
};

/** Removes all that ended longer ago than the retention, and of the rest as much as is too much. */
const pruneOnce = async ({ store, retentionMs, maxBytes, now, signal }: Omit<Pruning, 'log'>): Promise<Pruned> => {
  const order = { before: now() - retentionMs, maxBytes, rows: batchRows };
  const total: Pruned = { aged: 0, crowded: 0, events: 0 };
  for (;;) {
    const { aged, crowded, events } = await store.prune(order);
    total.aged += aged;
    total.crowded += crowded;
    total.events += events;
    if (aged + crowded + events === 0 || signal.aborted) return total;
    await pause(betweenMs, undefined, { signal });
  }
};

/** Prunes now and then until the signal; a fault is logged and tried again later. */
export const keepPruning = async (pruning: Pruning): Promise<void> => {
  const { log, signal } = pruning;
  while (!signal.aborted) {
    const { aged, crowded } = await pruneOnce(pruning).catch((error: unknown) => {
      if (!isAbort(error)) log.warn({ err: error }, 'could not remove what is past the retention');
      return { aged: 0, crowded: 0, events: 0 };
    });
    if (aged > 0) log.info({ removed: aged }, 'removed what is past the retention');
    if (crowded > 0)
      log.warn({ removed: crowded, maxBytes: pruning.maxBytes }, 'removed history before its time; see --max-size');
    await pause(every, undefined, { signal, ref: false }).catch(() => undefined);
  }
};
