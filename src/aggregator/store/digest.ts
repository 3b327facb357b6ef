import type { Finding } from '../../model/finding.ts';
import type { FullReport, Report } from '../../model/report.ts';
import type { Body } from '../reading/body.ts';
import { isVital } from '../status.ts';
import { waitingContainers, type WaitingContainer } from '../workload/waiting-containers.ts';
import { keptReport } from './kept-report.ts';
import { draftTold, packDraft, type PackedDraft } from './node-told.ts';
import { waysOf, type Way } from './outcomes.ts';

/** What of a finding is looked at while it is stored. */
export type FindingHead = Pick<Finding, 'id' | 'severity' | 'cause' | 'stage' | 'registry' | 'image' | 'title'> & {
  namespaces: string[];
  pods: number;
};

/** A finding as it is stored, and its head. */
export type StoredFinding = { head: FindingHead; json: string };

/** The head of a finding. */
export const headOf = ({ id, severity, cause, stage, registry, image, title, pods }: Finding): FindingHead => ({
  ...{ id, severity, cause, stage, registry, image, title },
  ...{ namespaces: [...new Set(pods.map(pod => pod.namespace))], pods: pods.length },
});

/** What a full report says, without the report. */
export type FullDigest = {
  /** The report as it is kept. */
  kept: string;
  /** One of each id. */
  findings: StoredFinding[];
  ways: Way[];
  told: PackedDraft;
  /** Containers that wait. */
  waiting: number;
  vital: boolean;
  /** Of which it may be asked whether they are pulled at all where the image is there. */
  containers: WaitingContainer[];
};

/**
 * A report as far as it is taken into the database: a tenth of its checks, and its findings. For the most part texts, which one
 * thread hands to another cheaply. Hundreds of reports wait there when all nodes change at once, and what lives no longer
 * than its request costs the garbage collector nothing.
 */
export type Digest = {
  node: Pick<Report['node'], 'name' | 'uid' | 'bootId'>;
  seq: number;
  /** When it came, by the aggregator's clock. */
  at: number;
  /** Of the report as text. */
  chars: number;
  agentVersion: string;
  dropped: string;
  /** The number of the full report that it is, or speaks of. */
  fullSeq: number;
  /** Null for a heartbeat. */
  full: FullDigest | null;
};

/** When a report came, and as what. */
export type Arrival = { at: number; body: Body; text: string };

const digestFull = (report: FullReport, { at, body, text }: Arrival): FullDigest => {
  const { checks, pulls, sentAt } = report;
  const findings = [...new Map(report.findings.map(finding => [finding.id, finding])).values()];
  return {
    kept: keptReport(text, body),
    findings: findings.map(finding => ({ head: headOf(finding), json: JSON.stringify(finding) })),
    ways: waysOf(checks),
    told: packDraft(draftTold(report, findings, { sentAt, at })),
    waiting: pulls.length,
    vital: isVital(checks),
    containers: waitingContainers(findings),
  };
};

/** Reads a report that arrived. */
export const digestOf = (report: Report, arrival: Arrival): Digest => {
  const { name, uid, bootId } = report.node;
  return {
    ...{ node: { name, uid, bootId }, seq: report.seq, at: arrival.at, chars: arrival.text.length },
    ...{ agentVersion: report.agent.version, dropped: JSON.stringify(report.dropped) },
    fullSeq: report.kind === 'full' ? report.seq : report.fullSeq,
    full: report.kind === 'full' ? digestFull(report, arrival) : null,
  };
};
