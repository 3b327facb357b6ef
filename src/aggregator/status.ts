import type { Check } from '../model/check.ts';
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

/** Without a pass of each of these a node is not known to be well: the runtime answers, and its journal is followed. */
const vitalChecks = ['runtime.cri', 'node.journal'];

/** True where every vital check was made and passed. */
export const isVital = (checks: Check[]): boolean =>
  vitalChecks.every(id => {
    const mine = checks.filter(check => check.id === id);
    return mine.length > 0 && mine.every(check => check.outcome === 'pass');
  });
