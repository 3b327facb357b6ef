import type { Cause } from '../../model/cause.ts';
import type { Finding } from '../../model/finding.ts';
import { limits } from '../../model/limits.ts';
import type { FullReport, Report } from '../../model/report.ts';
import type { ReportAnswer } from '../../wire/api.ts';
import { isVital } from '../status.ts';
import { findingWriter } from './finding-rows.ts';
import { inTransaction, type Database } from './open.ts';
import { highestSeen, withSeen } from './seen-numbers.ts';

/** The node, and beside it what is known of the boot that the report is from (null: never heard). */
type NodeRow = {
  id: number;
  name: string;
  boot_row: number;
  seq: number;
  wanted_full_seq: number | null;
  full_boot_row: number | null;
  full_seq: number | null;
  its_boot: number | null;
  seen: string | null;
};

/** The node's causes with how many findings each has: errors first, then the most pods, then by name. */
const causeCounts = (findings: Finding[]): { cause: Cause; count: number }[] => {
  const byCause = new Map<Cause, { cause: Cause; count: number; weight: number }>();
  for (const { cause, severity, pods } of findings) {
    const entry = byCause.get(cause) ?? { cause, count: 0, weight: 0 };
    entry.count += 1;
    entry.weight += (severity === 'error' ? 1_000_000 : 0) + pods.length;
    byCause.set(cause, entry);
  }
  return [...byCause.values()]
    .sort((a, b) => b.weight - a.weight || a.cause.localeCompare(b.cause))
    .map(({ cause, count }) => ({ cause, count }));
};

const nodeSql = `
  SELECT node.id, node.name, node.boot_row, node.seq, node.wanted_full_seq, node.full_boot_row, node.full_seq,
    boot.id AS its_boot, boot.seen
  FROM node LEFT JOIN boot ON boot.node_id = node.id AND boot.boot = ? WHERE node.uid = ?`;

const stateSql = `
  INSERT INTO node_state (node_id, runtime, checks, pulls, retries) VALUES (?, ?, ?, ?, ?)
  ON CONFLICT (node_id) DO UPDATE SET runtime = excluded.runtime, checks = excluded.checks,
    pulls = excluded.pulls, retries = excluded.retries`;

/** Stores the state of a full report that is newer than the one held. */
const fullWriter = (db: Database): ((nodeId: number, bootRow: number, report: FullReport, now: number) => void) => {
  const findings = findingWriter(db);
  const state = db.prepare(stateSql);
  const summary = db.prepare(
    `UPDATE node SET full_boot_row = ?, full_seq = ?, reported_at = ?, errors = ?, warnings = ?, waiting = ?,
       vital = ?, causes = ? WHERE id = ?`,
  );
  return (nodeId, bootRow, report, now) => {
    const { runtime, checks, pulls, retries } = report;
    const unique = [...new Map(report.findings.map(finding => [finding.id, finding])).values()];
    const errors = unique.filter(finding => finding.severity === 'error').length;
    findings.replace(nodeId, unique, now);
    state.run(nodeId, ...[runtime, checks, pulls, retries].map(part => JSON.stringify(part)));
    summary.run(
      ...[bootRow, report.seq, now, errors, unique.length - errors, pulls.length, Number(isVital(checks))],
      JSON.stringify(causeCounts(unique)),
      nodeId,
    );
  };
};

/**
 * Takes reports, each at most once by (node uid, boot, number). State follows the newest boot (the one heard of last)
 * and in it the highest number; what comes late is noted and changes nothing. Clocks of nodes are never compared.
 */
export const ingest = (db: Database): ((report: Report, now: number) => ReportAnswer) => {
  const findNode = db.prepare(nodeSql);
  const insertNode = db.prepare(
    `INSERT INTO node (uid, name, first_seen, last_seen, seq, agent_version, dropped) VALUES (?, ?, ?, ?, -1, '', '{}')`,
  );
  const insertBoot = db.prepare(
    'INSERT INTO boot (node_id, boot, first_seen, last_seen, reports, seen) VALUES (?, ?, ?, ?, 1, ?)',
  );
  const updateBoot = db.prepare('UPDATE boot SET last_seen = ?, reports = reports + 1, seen = ? WHERE id = ?');
  const bootLastSeen = db.prepare('SELECT last_seen FROM boot WHERE id = ?');
  const heard = db.prepare('UPDATE node SET last_seen = ? WHERE id = ?');
  const follow = db.prepare(
    `UPDATE node SET last_seen = ?, name = ?, boot_row = ?, seq = ?, wanted_full_seq = ?, agent_version = ?, dropped = ?
     WHERE id = ?`,
  );
  const writeFull = fullWriter(db);
  const replaced = findingWriter(db).closeReplaced;

  const nodeFor = ({ node }: Report, now: number): NodeRow => {
    const found = findNode.get(node.bootId, node.uid) as NodeRow | undefined;
    if (found) return found;
    const id = Number(insertNode.run(node.uid, node.name, now, now).lastInsertRowid);
    replaced(node.name, id, now);
    return findNode.get(node.bootId, node.uid) as NodeRow;
  };

  /** True where an older boot turns out to be the one that lives: it sends new reports and the newer one is silent. */
  const outlives = (row: NodeRow, seq: number, now: number): boolean => {
    const current = bootLastSeen.get(row.boot_row) as { last_seen: number } | undefined;
    const silentMs = now - (current?.last_seen ?? 0);
    return seq > highestSeen(row.seen ?? '') && silentMs > limits.bootSilentMs;
  };

  const accept = (report: Report, now: number): ReportAnswer => {
    const { node, seq } = report;
    const row = nodeFor(report, now);
    const seen = withSeen(row.seen ?? '', seq);
    const wasCurrent = row.its_boot !== null && row.its_boot === row.boot_row;
    const held = row.full_boot_row === row.boot_row ? (row.full_seq ?? -1) : -1;
    if (seen === null) return { stored: false, resync: wasCurrent && held < (row.wanted_full_seq ?? -1) };
    const isCurrent = row.its_boot === null || wasCurrent || outlives(row, seq, now);
    const bootRow = row.its_boot ?? Number(insertBoot.run(row.id, node.bootId, now, now, seen).lastInsertRowid);
    if (row.its_boot !== null) updateBoot.run(now, seen, bootRow);
    if (!isCurrent) {
      heard.run(now, row.id);
      return { stored: true, resync: false };
    }
    const heldNow = row.full_boot_row === bootRow ? (row.full_seq ?? -1) : -1;
    const wantedBefore = wasCurrent ? (row.wanted_full_seq ?? -1) : -1;
    const wanted = report.kind === 'full' ? wantedBefore : Math.max(wantedBefore, report.fullSeq);
    if (!wasCurrent || seq > row.seq) {
      const { agent, dropped } = report;
      follow.run(now, node.name, bootRow, seq, wanted, agent.version, JSON.stringify(dropped), row.id);
    } else heard.run(now, row.id);
    if (report.kind === 'heartbeat') return { stored: true, resync: heldNow < wanted };
    if (seq > heldNow) writeFull(row.id, bootRow, report, now);
    return { stored: true, resync: Math.max(seq, heldNow) < wanted };
  };

  return (report, now) => inTransaction(db, () => accept(report, now));
};
