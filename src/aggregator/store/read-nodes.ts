import type { NodeDetail, NodeStatus, NodeSummary, Page } from '../../wire/api.ts';
import { statusOf } from '../status.ts';
import type { FindingReader } from './read-findings.ts';
import type { Database } from './open.ts';

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

type StateRow = { runtime: string; checks: string; pulls: string; retries: string };

const columns = `
  SELECT node.id, node.uid, node.name, boot.boot, node.first_seen, node.last_seen, node.reported_at,
    node.full_seq IS NOT NULL AND node.full_boot_row IS node.boot_row
      AND node.full_seq >= coalesce(node.wanted_full_seq, 0) AS is_current,
    node.agent_version, node.dropped, node.errors, node.warnings, node.waiting, node.vital, node.causes
  FROM node JOIN boot ON boot.id = node.boot_row`;

/** Of several uids with one name only the newest is that node; the others are machines that were replaced. */
const newest = 'NOT EXISTS (SELECT 1 FROM node AS newer WHERE newer.name = node.name AND newer.id > node.id)';

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
    causes: JSON.parse(row.causes) as NodeSummary['causes'],
    waiting: row.waiting,
  };
};

const noState: StateRow = { runtime: 'null', checks: '[]', pulls: '[]', retries: '[]' };

/** Questions about nodes. */
export type NodeReader = {
  list: (query: NodeQuery, at: AskedAt) => Page<NodeSummary>;
  /** By uid, or by name: then the newest machine of that name. */
  detail: (nameOrUid: string, at: AskedAt) => NodeDetail | null;
  /** How many nodes have each status. */
  statusCounts: (at: AskedAt) => Map<NodeStatus, number>;
};

/** Prepares the questions; each answer is computed as it is asked, since silence alone changes a status. */
export const nodeReader = (db: Database, findings: FindingReader): NodeReader => {
  const after = db.prepare(`${columns} WHERE ${newest} AND node.name > ? ORDER BY node.name`);
  const byUid = db.prepare(`${columns} WHERE node.uid = ?`);
  const byName = db.prepare(`${columns} WHERE node.name = ? ORDER BY node.id DESC LIMIT 1`);
  const state = db.prepare('SELECT runtime, checks, pulls, retries FROM node_state WHERE node_id = ?');
  return {
    list: (query, at) => {
      const items: NodeSummary[] = [];
      for (const row of after.iterate(query.after ?? '')) {
        const summary = summaryOf(row as NodeRow, at);
        if (query.status !== null && summary.status !== query.status) continue;
        if (items.length === query.limit) return { items, next: items.at(-1)?.name ?? null };
        items.push(summary);
      }
      return { items, next: null };
    },
    detail: (nameOrUid, at) => {
      const row = (byUid.get(nameOrUid) ?? byName.get(nameOrUid)) as NodeRow | undefined;
      if (!row) return null;
      const held = (state.get(row.id) as StateRow | undefined) ?? noState;
      return {
        ...summaryOf(row, at),
        runtime: JSON.parse(held.runtime) as NodeDetail['runtime'],
        dropped: JSON.parse(row.dropped) as NodeDetail['dropped'],
        checks: JSON.parse(held.checks) as NodeDetail['checks'],
        pulls: JSON.parse(held.pulls) as NodeDetail['pulls'],
        findings: findings.openOf(row.id),
        retries: JSON.parse(held.retries) as NodeDetail['retries'],
      };
    },
    statusCounts: at => {
      const counts = new Map<NodeStatus, number>();
      for (const row of after.iterate('')) {
        const { status } = summaryOf(row as NodeRow, at);
        counts.set(status, (counts.get(status) ?? 0) + 1);
      }
      return counts;
    },
  };
};
