import type { Incident } from '../../model/incident.ts';
import type { FindingItem, NodeDetail, NodeStatus, NodeSummary, Page, ReportAnswer } from '../../wire/api.ts';
import { askRetry } from './asked-retries.ts';
import type { Digest } from './digest.ts';
import { eventReader } from './events.ts';
import { checkHistory } from './check-history.ts';
import { incidentReader, saveIncidents } from './incidents.ts';
import { ingest } from './ingest.ts';
import { prune } from './prune.ts';
import { findingReader, type FindingQuery } from './read-findings.ts';
import { changeReader } from './read-changes.ts';
import { nodeReader, type AskedAt, type NodeQuery } from './read-nodes.ts';
import type { CheckHistoryQuery, CheckPeriod, EventPage, IncidentQuery } from './records.ts';
import type { Leader, NodeFacts, Pruned, PruneOrder } from './records.ts';
import { sqliteDatabase } from './sqlite.ts';
import type { Database } from './sql.ts';

/** What the aggregator keeps. Every call may fail with `store-unavailable`. */
export type Store = {
  /** Stores a report unless it is there; says whether the node should send a full one, and what people asked it to pull. */
  accept: (digest: Digest) => Promise<ReportAnswer>;
  /** Fails with `store-unavailable` where so much waits that no more is taken: before anything is done for it. */
  checkRoom: () => void;
  /** Asks nodes, by their uids, to pull an image, at any replica; false where too much is asked of nodes already. */
  askRetry: (image: string, uids: string[], now: number) => Promise<boolean>;
  nodes: (query: NodeQuery, at: AskedAt) => Promise<Page<NodeSummary>>;
  node: (nameOrUid: string, at: AskedAt) => Promise<NodeDetail | null>;
  statusCounts: (at: AskedAt) => Promise<Map<NodeStatus, number>>;
  findings: (query: FindingQuery) => Promise<Page<FindingItem>>;
  finding: (id: string) => Promise<FindingItem | null>;
  /** The newest of each id, in the order of the ids; what is not there any more is left out. */
  findingsById: (ids: readonly string[]) => Promise<FindingItem[]>;
  /** Nodes changed after a revision, each as it is now, in the order of their revisions; 0 gives all. */
  changedSince: (revision: number, limit: number) => Promise<NodeFacts[]>;
  /** Uids of the nodes that were last heard before a moment. */
  silentSince: (before: number) => Promise<string[]>;
  /** How long each check of a node had which outcome: what is so now, and before. */
  checkHistory: (query: CheckHistoryQuery) => Promise<Page<CheckPeriod>>;
  incidents: (query: IncidentQuery) => Promise<Page<Incident>>;
  incident: (id: string) => Promise<Incident | null>;
  /** Grows with every change of an incident, also one that is no event. */
  incidentsVersion: () => Promise<number>;
  eventsAfter: (id: number, limit: number) => Promise<EventPage>;
  /** The newest event's id; 0 where there was none. */
  lastEvent: () => Promise<number>;
  /** Calls after changes of nodes, incidents and events, by any replica, at times also without; gives the way to end that. */
  watch: (listener: () => void) => () => void;
  /** Runs the work whenever this replica comes to lead; of all replicas one leads. Ends with the signal. */
  lead: (signal: AbortSignal, work: (leader: Leader) => Promise<void>) => Promise<void>;
  /** Removes some of what the order names; nothing removed means nothing is left to remove. Open things stay. */
  prune: (order: PruneOrder) => Promise<Pruned>;
  /** Fails where the database does not answer. */
  ping: () => Promise<void>;
  close: () => Promise<void>;
};

/** The store on a database. */
export const storeOn = (db: Database): Store => {
  const findings = findingReader(db.read);
  const nodes = nodeReader(db.read, findings);
  const changes = changeReader(db.read, findings);
  const incidents = incidentReader(db.read);
  const events = eventReader(db.read);
  const reports = ingest(db);
  return {
    accept: reports.accept,
    checkRoom: reports.checkRoom,
    askRetry: (image, uids, now) => db.write(tx => askRetry(tx, image, { uids, now })),
    nodes: nodes.list,
    node: nodes.detail,
    statusCounts: nodes.statusCounts,
    findings: findings.list,
    finding: findings.byId,
    findingsById: findings.byIds,
    changedSince: changes.since,
    silentSince: changes.silent,
    checkHistory: query => checkHistory(db.read, query),
    incidents: incidents.list,
    incident: incidents.byId,
    incidentsVersion: incidents.version,
    eventsAfter: events.after,
    lastEvent: events.last,
    watch: db.watch,
    lead: (signal, work) =>
      db.lead(signal, (write, leading) =>
        work({ signal: leading, saveIncidents: (given, now) => write(tx => saveIncidents(tx, given, now)) }),
      ),
    prune: order => db.write(tx => prune(tx, order)),
    ping: async () => {
      await db.read.all('SELECT 1 AS alive');
    },
    close: async () => {
      await reports.settled();
      await db.close();
    },
  };
};

/** Opens the SQLite store below a directory. */
export const openStore = (dataDir: string): Store => storeOn(sqliteDatabase(dataDir));
