import type { Report } from '../../model/report.ts';
import type { FindingItem, NodeDetail, NodeStatus, NodeSummary, Page, ReportAnswer } from '../../wire/api.ts';
import { expirer } from './expire.ts';
import { ingest } from './ingest.ts';
import { openDatabase, storeFault } from './open.ts';
import { findingReader, type FindingCount, type FindingQuery } from './read-findings.ts';
import { nodeReader, type AskedAt, type NodeQuery } from './read-nodes.ts';

/**
 * What the aggregator keeps. Every call may fail with `store-unavailable`; asynchronous, although SQLite is not, so
 * that a database elsewhere can stand behind it.
 */
export type Store = {
  /** Stores a report unless it is there, and says whether the node should send a full one. */
  accept: (report: Report, now: number) => Promise<ReportAnswer>;
  nodes: (query: NodeQuery, at: AskedAt) => Promise<Page<NodeSummary>>;
  node: (nameOrUid: string, at: AskedAt) => Promise<NodeDetail | null>;
  statusCounts: (at: AskedAt) => Promise<Map<NodeStatus, number>>;
  findings: (query: FindingQuery) => Promise<Page<FindingItem>>;
  finding: (id: string) => Promise<FindingItem | null>;
  findingCounts: () => Promise<FindingCount[]>;
  /** Removes what ended before a moment, so many rows of each kind at most; gives how many went. */
  expire: (before: number, rows: number) => Promise<number>;
  /** Fails where the database does not answer. */
  ping: () => Promise<void>;
  close: () => void;
};

/** Opens the SQLite store below a directory. */
export const openStore = (dataDir: string): Store => {
  const db = openDatabase(dataDir);
  const accept = ingest(db);
  const findings = findingReader(db);
  const nodes = nodeReader(db, findings);
  const expire = expirer(db);
  const alive = db.prepare('SELECT count(*) FROM pragma_user_version');
  const answer = <Result>(ask: () => Result): Promise<Result> => {
    try {
      return Promise.resolve(ask());
    } catch (error) {
      return Promise.reject(storeFault(error));
    }
  };
  return {
    accept: (report, now) => answer(() => accept(report, now)),
    nodes: (query, at) => answer(() => nodes.list(query, at)),
    node: (nameOrUid, at) => answer(() => nodes.detail(nameOrUid, at)),
    statusCounts: at => answer(() => nodes.statusCounts(at)),
    findings: query => answer(() => findings.list(query)),
    finding: id => answer(() => findings.byId(id)),
    findingCounts: () => answer(() => findings.openCounts()),
    expire: (before, rows) => answer(() => expire(before, rows)),
    ping: () =>
      answer(() => {
        alive.get();
      }),
    close: () => db.close(),
  };
};
