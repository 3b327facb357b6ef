import type { NodeDetail, NodeStatus, NodeSummary, Page } from '../../wire/api.ts';
import { statusOf } from '../status.ts';
import type { FindingReader } from './read-findings.ts';
import { keptState, noState } from './kept-report.ts';
import { storable, type Param, type Sql } from './sql.ts';
import { readOr } from './damaged.ts';

/** The moment of a question, and how long a node may be silent: with both a status is computed. */
export type AskedAt = { now: number; staleAfterMs: number };

/** A page of nodes after a name; `status` null for all. */
export type NodeQuery = { status: NodeStatus | null; after: string | null; limit: number };

type NodeRow = {
  id: number;
  uid: string;
  name: string;
  boot: string;
  first_seen: number;
  last_seen: number;
  reported_at: number | null;
  is_current: number;
  agent_version: string;
  dropped: string;
  errors: number;
  warnings: number;
  waiting: number;
  vital: number;
  causes: string;
};

/** 1 where the full report held is of the boot that runs now, and the newest that a heartbeat spoke of. */
export const currentSql = `CASE WHEN node.full_seq IS NOT NULL AND node.full_boot_row = node.boot_row
  AND node.full_seq >= coalesce(node.wanted_full_seq, 0) THEN 1 ELSE 0 END`;

/** Of several uids with one name only the newest is that node; the others are machines that were replaced. */
export const newestSql = 'NOT EXISTS (SELECT 1 FROM node AS newer WHERE newer.name = node.name AND newer.id > node.id)';

const columns = `
  SELECT node.id, node.uid, node.name, boot.boot, node.first_seen, node.last_seen, node.reported_at,
    ${currentSql} AS is_current, node.agent_version, node.dropped, node.errors, node.warnings, node.waiting, node.vital,
    node.causes
  FROM node JOIN boot ON boot.id = node.boot_row`;

const summaryOf = (row: NodeRow, at: AskedAt): NodeSummary => {
  const facts = {
    lastSeen: row.last_seen,
    errors: row.errors,
    warnings: row.warnings,
    current: row.is_current === 1,
    vital: row.vital === 1,
  };
  return {
    name: row.name,
    uid: row.uid,
    bootId: row.boot,
    status: statusOf(facts, at.now, at.staleAfterMs),
    firstSeen: row.first_seen,
    lastSeen: row.last_seen,
    reportedAt: row.reported_at,
    agentVersion: row.agent_version,
    errors: row.errors,
    warnings: row.warnings,
    causes: readOr([], () => JSON.parse(row.causes) as NodeSummary['causes']),
    waiting: row.waiting,
  };
};

const noneDropped = { reports: 0, lines: 0, pulls: 0 };

/** Questions about nodes. */
export type NodeReader = {
  list: (query: NodeQuery, at: AskedAt) => Promise<Page<NodeSummary>>;
  /** By uid, or by name: then the newest machine of that name. */
  detail: (nameOrUid: string, at: AskedAt) => Promise<NodeDetail | null>;
  /** How many nodes have each status. */
  statusCounts: (at: AskedAt) => Promise<Map<NodeStatus, number>>;
};

/** Rows read at once where a status has to be looked for. */
const chunkRows = 1000;

const listSql = `${columns} WHERE ${newestSql} AND node.name > ?1 ORDER BY node.name LIMIT ?2`;

const list =
  (sql: Sql): NodeReader['list'] =>
  async ({ status, after, limit }, at) => {
    const items: NodeSummary[] = [];
    const size = status === null ? limit + 1 : chunkRows;
    let last = storable(after ?? '');
    for (;;) {
      const rows = await sql.all<NodeRow>(listSql, [last, size]);
      for (const row of rows) {
        const summary = summaryOf(row, at);
        if (status !== null && summary.status !== status) continue;
        if (items.length === limit) return { items, next: items.at(-1)?.name ?? null };
        items.push(summary);
      }
      if (rows.length < size) return { items, next: null };
      last = rows.at(-1)?.name ?? '';
    }
  };

// Grouped by what a status is judged by, so that the judging itself stays in one place.
const factsSql = `SELECT CASE WHEN last_seen < ?1 THEN 1 ELSE 0 END AS is_silent,
    CASE WHEN errors > 0 THEN 1 ELSE 0 END AS errors, CASE WHEN warnings > 0 THEN 1 ELSE 0 END AS warnings,
    ${currentSql} AS is_current, vital, count(*) AS count
  FROM node WHERE boot_row IS NOT NULL AND ${newestSql} GROUP BY 1, 2, 3, 4, 5`;

type FactsRow = Record<'is_silent' | 'errors' | 'warnings' | 'is_current' | 'vital' | 'count', number>;

const statusCounts =
  (sql: Sql): NodeReader['statusCounts'] =>
  async ({ now, staleAfterMs }) => {
    const counts = new Map<NodeStatus, number>();
    for (const row of await sql.all<FactsRow>(factsSql, [now - staleAfterMs])) {
      const lastSeen = row.is_silent === 1 ? now - staleAfterMs - 1 : now;
      const facts = { lastSeen, errors: row.errors, warnings: row.warnings };
      const status = statusOf({ ...facts, current: row.is_current === 1, vital: row.vital === 1 }, now, staleAfterMs);
      counts.set(status, (counts.get(status) ?? 0) + row.count);
    }
    return counts;
  };

/** The questions, on either database; each answer is computed as it is asked, since silence alone changes a status. */
export const nodeReader = (sql: Sql, findings: FindingReader): NodeReader => ({
  list: list(sql),
  detail: async (nameOrUid, at) => {
    const key: Param[] = [storable(nameOrUid)];
    const [byUid] = await sql.all<NodeRow>(`${columns} WHERE node.uid = ?1`, key);
    const byName = `${columns} WHERE node.name = ?1 ORDER BY node.id DESC LIMIT 1`;
    const row = byUid ?? (await sql.all<NodeRow>(byName, key))[0];
    if (!row) return null;
    const [body] = await sql.all<{ state: string }>('SELECT state FROM node_body WHERE node_id = ?1', [row.id]);
    const open = await findings.openOfEach([row.id]);
    return {
      ...summaryOf(row, at),
      ...(body ? keptState(body.state) : noState),
      dropped: readOr(noneDropped, () => JSON.parse(row.dropped) as NodeDetail['dropped']),
      findings: open.get(row.id) ?? [],
    };
  },
  statusCounts: statusCounts(sql),
});
