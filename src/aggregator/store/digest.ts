import type { Finding } from '../../model/finding.ts';
import type { FullReport, Report } from '../../model/report.ts';
import type { Body } from '../body.ts';
import { isVital } from '../status.ts';
import { keptReport } from './kept-report.ts';
import { draftTold, type ToldDraft } from './node-told.ts';
import { outcomesOf, type Outcomes } from './outcomes.ts';

/** A finding, and as it is stored. */
export type StoredFinding = { finding: Finding; json: string };

/** What a full report says, without the report. */
export type FullDigest = {
  /** The report as it is kept. */
  kept: string;
  /** One of each id. */
  findings: StoredFinding[];
  outcomes: Outcomes;
  told: ToldDraft;
  /** Containers that wait. */
  waiting: number;
  vital: boolean;
};

/**
 * A report as far as it is taken into the database: a tenth of it. Hundreds of reports wait there when all nodes change at
 * once, and what lives no longer than its request costs the garbage collector nothing.
 */
export type Digest = {
  node: Report['node'];
  seq: number;
  agentVersion: string;
  dropped: string;
  /** The number of the full report that it is, or speaks of. */
  fullSeq: number;
  /** Null for a heartbeat. */
  full: FullDigest | null;
};

const digestFull = (report: FullReport, now: number, body: Body): FullDigest => {
  const { checks, pulls, sentAt } = report;
  const findings = [...new Map(report.findings.map(finding => [finding.id, finding])).values()];
  return {
    kept: keptReport(body),
    findings: findings.map(finding => ({ finding, json: JSON.stringify(finding) })),
    outcomes: outcomesOf(checks, now),
    told: draftTold(report, findings, { sentAt, at: now }),
    waiting: pulls.length,
    vital: isVital(checks),
  };
};

/** Reads a report that came as a body, at a moment of the aggregator's clock. */
export const digestOf = (report: Report, now: number, body: Body): Digest => {
  const { name, uid, bootId } = report.node;
  return {
    ...{ node: { name, uid, bootId }, seq: report.seq },
    ...{ agentVersion: report.agent.version, dropped: JSON.stringify(report.dropped) },
    fullSeq: report.kind === 'full' ? report.seq : report.fullSeq,
    full: report.kind === 'full' ? digestFull(report, now, body) : null,
  };
};
