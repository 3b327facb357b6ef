import { setTimeout as pause } from 'node:timers/promises';
import type { Log } from '../lib/log.ts';
import type { Store } from './store/store.ts';

/** How often what is too old goes, how many rows of a kind go at once, and the pause between, so that reports get in. */
const every = 600_000;
const batchRows = 500;
const betweenMs = 50;

const isAbort = (error: unknown): boolean => error instanceof Error && error.name === 'AbortError';

type Pruning = { store: Store; retentionMs: number; log: Log; now: () => number; signal: AbortSignal };

/** Removes all that ended longer ago than the retention; gives how many rows went. */
const pruneOnce = async ({ store, retentionMs, now, signal }: Omit<Pruning, 'log'>): Promise<number> => {
  const before = now() - retentionMs;
  let total = 0;
  for (;;) {
    const removed = await store.expire(before, batchRows);
    total += removed;
    if (removed === 0 || signal.aborted) return total;
    await pause(betweenMs, undefined, { signal });
  }
};

/** Prunes now and then until the signal; a fault is logged and tried again later. */
export const keepPruning = async (pruning: Pruning): Promise<void> => {
  const { log, signal } = pruning;
  while (!signal.aborted) {
    const removed = await pruneOnce(pruning).catch((error: unknown) => {
      if (!isAbort(error)) log.warn({ err: error }, 'could not remove what is past the retention');
      return 0;
    });
    if (removed > 0) log.info({ removed }, 'removed what is past the retention');
    await pause(every, undefined, { signal, ref: false }).catch(() => undefined);
  }
};
