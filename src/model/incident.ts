import type { Cause, Owner, Retry, Stage } from './cause.ts';
import type { FixStep, Severity } from './finding.ts';
import type { Scope } from './scope.ts';

/** `growing`: more nodes were hit within the last minutes. `healing`: at most half of the most are, or none any more. */
export const incidentStates = ['opened', 'growing', 'healing', 'closed'] as const;
export type IncidentState = (typeof incidentStates)[number];

/** One container that waits because of an incident. */
export type IncidentPod = { namespace: string; pod: string; container: string; node: string };

/**
 * One fault of the cluster, however many nodes, registries and images it shows at. Times are epoch milliseconds by the
 * aggregator's clock.
 */
export type Incident = {
  /** Stable from opened to closed, over restarts, and when the scope widens or narrows. */
  id: string;
  /** What it is about, for finding it again: the node, the group, the registry's host or the image. */
  key: string;
  state: IncidentState;
  /** When the first node that is hit was first seen failing. */
  since: number;
  openedAt: number;
  /** The last time that its state, scope, cause, nodes or pods became others. */
  changedAt: number;
  closedAt: number | null;
  /** The incident that took this one over, where it was closed for that. */
  mergedInto: string | null;
  severity: Severity;
  cause: Cause;
  /** Other causes seen at the same fault: a registry that is down refuses some and lets others wait. */
  also: Cause[];
  stage: Stage | null;
  owner: Owner | null;
  retry: Retry | null;
  /** Null where it is about several or none. */
  registry: string | null;
  host: string | null;
  image: string | null;
  /** All registries it shows at, `limits.incidentRegistries` at most. */
  registries: string[];
  scope: Scope;
  /** The most nodes that were hit at one time. */
  peak: number;
  /** So many containers wait, and the first of them, `limits.incidentPods` at most. */
  pods: { count: number; some: IncidentPod[] };
  /** The one line that an alert carries. */
  title: string;
  fix: FixStep[];
  /** Ids of open findings that belong to it, `limits.incidentFindings` at most. */
  findings: string[];
};
