import type { Stage } from '../model/cause.ts';
import { limits } from '../model/limits.ts';
import type { Check } from '../model/check.ts';
import type { Walk } from '../model/walk.ts';

/** What the schedule of walks needs to know of one that has ended. */
export type WalkOutcome = {
  /** The path broke, or a part of it: it may heal, so it is walked again soon. Not for what is the image's own fault. */
  broken: boolean;
  /** Some host was asked as a registry, whatever it answered. */
  reached: boolean;
  /** The hosts that were asked, with the requests each got. */
  hosts: { host: string; requests: number }[];
  /** When the registry wants to be asked again at the earliest, as its answer's headers name it; null where it does not say. */
  notBefore: number | null;
};

/** Only someone who changes the pod, its secret or the registry's content mends these. */
const ownStages: ReadonlySet<Stage | null> = new Set<Stage | null>(['reference', 'auth', 'manifest', null]);

const asked: ReadonlySet<Stage> = new Set<Stage>(['registry', 'auth', 'manifest', 'blob']);

const isOfNode = (id: string): boolean => id.startsWith('node.') || id.startsWith('runtime.');

/** When a registry whose answers ended at `at` wants to be asked again, the latest that one of them named; null where none did. */
export const namedBy = (checks: readonly Check[], at: number): number | null => {
  const seconds = checks.flatMap(({ facts }) => {
    const said = facts?.['retryAfterSeconds'];
    return typeof said === 'number' && said >= 0 ? [said] : [];
  });
  return seconds.length === 0 ? null : at + Math.max(...seconds) * 1000;
};

/** Sums a walk up for the schedule. */
export const walkOutcome = (walk: Walk): WalkOutcome => {
  const checks = walk.hosts.flatMap(host => host.checks);
  const counts = walk.requests ?? {};
  return {
    broken: walk.findings.some(({ stage, evidence }) => !ownStages.has(stage) && !evidence.every(isOfNode)),
    reached: checks.some(({ stage, outcome }) => asked.has(stage) && outcome !== 'skip'),
    hosts: [...new Set([...walk.hosts.map(({ host }) => host), ...Object.keys(counts)])].map(host => ({
      host,
      requests: counts[host] ?? (walk.requests === undefined ? limits.probeRequests : 0),
    })),
    notBefore: namedBy(checks, walk.startedAt + walk.ms),
  };
};
