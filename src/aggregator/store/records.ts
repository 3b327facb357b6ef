import type { Incident } from '../../model/incident.ts';
import type { ReportState, RetryRecord } from '../../model/report.ts';
import type { Finding } from '../../model/finding.ts';
import type { NodeEvidence } from '../../scope/node-evidence.ts';
import type { TraitTimes } from '../../scope/trait-times.ts';

/** What a node's newest full report said, but for its findings, which have a life of their own. */
export type NodeState = Omit<ReportState, 'findings'>;

/** An open finding, as far as it is counted and looked for; the image in full. */
export type KnownFinding = Pick<Finding, 'id' | 'cause' | 'registry' | 'image'>;

/** What a node's newest full report amounts to for who compares nodes: a tenth of the report. Without what the cluster says of the node. */
export type NodeTold = Pick<NodeEvidence, 'facts' | 'traits' | 'pulled'> & {
  /** When its settings became what they are. */
  times: TraitTimes;
  findings: KnownFinding[];
  retries: RetryRecord[];
};

/** All that is known of one node now, for judging what nodes have in common. Times are the aggregator's, epoch milliseconds. */
export type NodeFacts = {
  /** Grows with every change of any node, in the order in which the changes became visible. */
  revision: number;
  uid: string;
  name: string;
  /** Removed, or replaced by a newer machine of its name: nothing of it counts any more, and all below is empty. */
  gone: boolean;
  /** As of this revision: heartbeats make no revision. */
  lastSeen: number;
  /** The state held is of the boot that runs now, and no heartbeat spoke of a newer full report. */
  current: boolean;
  /** Null before the first full report. */
  told: NodeTold | null;
};

/** Which incidents to list; null does not filter. Newest first, after `before` (the cursor of an earlier page). */
export type IncidentQuery = {
  state: 'open' | 'closed' | 'all';
  cause: string | null;
  registry: string | null;
  image: string | null;
  /** Opened, changed or closed at this time or later, epoch milliseconds. */
  since: number | null;
  before: number | null;
  limit: number;
};

export type EventKind = `${'finding' | 'incident'}.${'opened' | 'changed' | 'closed'}`;

/** Something that happened, in the order of its id. The body is a finding's head, or the whole incident. */
export type StoredEvent = { id: number; kind: EventKind; at: number; body: unknown };

/** Events after an id. `missed` says that some after it are not kept any more: their reader must read all anew. */
export type EventPage = { events: StoredEvent[]; missed: boolean };

/** How long one check had one outcome: of several checks of that id at a host, the worst. Times are the aggregator's. */
export type CheckPeriod = {
  registry: string | null;
  host: string | null;
  check: string;
  outcome: 'pass' | 'fail' | 'skip';
  code: string | null;
  from: number;
  /** Null while it lasts. */
  until: number | null;
};

/** Of which node (name or uid), and after which time they ended; newest ended first, before a row number. */
export type CheckHistoryQuery = {
  node: string;
  registry: string | null;
  since: number | null;
  before: number | null;
  limit: number;
};

/** The one replica that judges what nodes have in common: it alone writes incidents. */
export type Leader = {
  /** Aborts when the leadership is lost or the program stops. */
  signal: AbortSignal;
  /** Stores incidents as they now are, each with its event, all or none; fails where the leadership is lost. */
  saveIncidents: (incidents: Incident[], now: number) => Promise<void>;
};

/** What goes: all that ended before a moment, and the oldest that ended while the database holds more than so many bytes. */
export type PruneOrder = { before: number; maxBytes: number; rows: number };

/** How many rows went: past the retention, for want of room, and of the log of events, which is a window. */
export type Pruned = { aged: number; crowded: number; events: number };
