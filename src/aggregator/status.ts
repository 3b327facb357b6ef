import type { NodeStatus } from '../wire/api.ts';

/** What a node's status is judged by. */
export type StatusFacts = {
  lastSeen: number;
  errors: number;
  warnings: number;
  /** The state held is of the boot that runs now, and no heartbeat spoke of a newer full report. */
  current: boolean;
  /** Its runtime answers and its journal is followed. */
  vital: boolean;
};

/** A node's status at a moment. Silent is stale whatever it said last, and only what was reported well is `ok`. */
export const statusOf = (facts: StatusFacts, now: number, staleAfterMs: number): NodeStatus => {
  if (now - facts.lastSeen > staleAfterMs) return 'stale';
  if (facts.errors > 0) return 'failing';
  if (facts.warnings > 0) return 'degraded';
  return facts.current && facts.vital ? 'ok' : 'unknown';
};
