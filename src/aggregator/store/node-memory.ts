import type { Cause } from '../../model/cause.ts';
import { limits } from '../../model/limits.ts';
import type { ReportAnswer } from '../../wire/api.ts';
import type { Digest, FindingHead, FullDigest, StoredFinding } from './digest.ts';
import { storedTold, timesAfter } from './node-told.ts';
import { nextOutcomes, packOutcomes, type EndedOutcome, type Outcomes } from './outcomes.ts';
import { highestSeen, withSeen } from './seen-numbers.ts';

/** A boot of a node. One of which nothing is stored yet has an empty `seen`. */
export type BootMemory = { id: number; lastSeen: number; reports: number; seen: string; isTouched: boolean };

/** A finding from opened to closed; `row` is null for one that is not in the database yet. */
export type FindingMemory = {
  row: number | null;
  head: FindingHead;
  json: string;
  /** More than times and attempts changed. */
  isNews: boolean;
  openedAt: number;
  changedAt: number;
  closedAt: number | null;
};

/** What the newest full report amounts to in a list. */
export type Summary = {
  reportedAt: number;
  errors: number;
  warnings: number;
  waiting: number;
  vital: boolean;
  causes: { cause: Cause; count: number }[];
};

/** What is known of a node while a batch of reports is taken. Boots are named by their rows. */
export type NodeMemory = {
  id: number;
  uid: string;
  name: string;
  bootRow: number | null;
  seq: number;
  wantedFullSeq: number | null;
  fullBootRow: number | null;
  fullSeq: number | null;
  agentVersion: string;
  dropped: string;
  lastSeen: number;
  /** By boot id; those that the batch's reports are from, and the current one. */
  boots: Map<string, BootMemory>;
  /** The open ones by their ids, and the outcomes of checks; read only where the batch has a full report of this node. */
  open: Map<string, FindingMemory>;
  outcomes: Outcomes;
  /** They as they are stored, written once for as long as none changes. */
  storedOutcomes: string;
  /** What it told to who compares nodes, as it is stored. */
  storedTold: string;
  /** What the batch changed, for the database to follow. */
  changed: {
    isHeard: boolean;
    isFollowed: boolean;
    /** Something that others judge by. */
    isNews: boolean;
    full: { summary: Summary; kept: string } | null;
    findings: Set<FindingMemory>;
    ended: EndedOutcome[];
  };
};

/** Nothing changed yet. */
export const unchanged = (): NodeMemory['changed'] => ({
  isHeard: false,
  isFollowed: false,
  isNews: false,
  full: null,
  findings: new Set(),
  ended: [],
});

/** The node's causes with how many findings each has: errors first, then the most pods, then by name. */
const causeCounts = (findings: FindingHead[]): Summary['causes'] => {
  const byCause = new Map<Cause, { cause: Cause; count: number; weight: number }>();
  for (const { cause, severity, pods } of findings) {
    const entry = byCause.get(cause) ?? { cause, count: 0, weight: 0 };
    entry.count += 1;
    entry.weight += (severity === 'error' ? 1_000_000 : 0) + pods;
    byCause.set(cause, entry);
  }
  return [...byCause.values()]
    .sort((a, b) => b.weight - a.weight || a.cause.localeCompare(b.cause))
    .map(({ cause, count }) => ({ cause, count }));
};

const isOther = (before: FindingHead, after: FindingHead): boolean =>
  before.severity !== after.severity ||
  before.cause !== after.cause ||
  before.title !== after.title ||
  before.pods !== after.pods;

/** Opens, changes and closes findings so that the open ones are those of the newest report. */
const replaceFindings = (node: NodeMemory, findings: readonly StoredFinding[], now: number): void => {
  const { open, changed } = node;
  const gone = new Map(open);
  for (const { head, json } of findings) {
    const known = open.get(head.id);
    gone.delete(head.id);
    if (known?.json === json) continue;
    const one = known ?? { row: null, head, json, isNews: true, openedAt: now, changedAt: now, closedAt: null };
    Object.assign(one, { head, json, changedAt: now, isNews: one.isNews || isOther(one.head, head) });
    open.set(head.id, one);
    changed.findings.add(one);
  }
  for (const [id, one] of gone) {
    Object.assign(one, { changedAt: now, closedAt: now });
    open.delete(id);
    changed.findings.add(one);
  }
};

const takeFull = (node: NodeMemory, full: FullDigest, now: number): void => {
  const { kept, ways, told, waiting, vital } = full;
  const findings = full.findings.map(({ head }) => head);
  const errors = findings.filter(finding => finding.severity === 'error').length;
  const { outcomes, ended, isSame } = nextOutcomes(node.outcomes, ways, now);
  replaceFindings(node, full.findings, now);
  if (!isSame || node.storedOutcomes === '') node.storedOutcomes = packOutcomes(outcomes);
  node.outcomes = outcomes;
  node.changed.ended.push(...ended);
  const opened = Array.from(node.open, ([id, { openedAt }]): [string, number] => [id, openedAt]);
  node.storedTold = storedTold(told, { times: timesAfter(node.storedTold, told, now), opened });
  node.changed.full = {
    kept,
    summary: {
      ...{ reportedAt: now, errors, warnings: findings.length - errors, waiting, vital },
      causes: causeCounts(findings),
    },
  };
};

/** The number of the full report held of the boot that runs now; -1 for none. */
const heldFull = (node: NodeMemory): number => (node.fullBootRow === node.bootRow ? (node.fullSeq ?? -1) : -1);

const isCurrent = (node: NodeMemory): boolean => heldFull(node) >= Math.max(node.wantedFullSeq ?? 0, 0);

/** True where an older boot turns out to be the one that lives: it sends new reports and the newer one is silent. */
const outlives = (node: NodeMemory, boot: BootMemory, { seq, now }: { seq: number; now: number }): boolean => {
  const current = [...node.boots.values()].find(one => one.id === node.bootRow);
  return seq > highestSeen(boot.seen) && now - (current?.lastSeen ?? 0) > limits.bootSilentMs;
};

/**
 * Takes a report into what is known of its node, at most once by boot and number. State follows the newest boot (the one
 * heard of last) and in it the highest number; what comes late is noted and changes nothing. Clocks of nodes are never
 * compared.
 */
export const takeReport = (node: NodeMemory, digest: Digest): ReportAnswer => {
  const { seq, full, at: now } = digest;
  const boot = node.boots.get(digest.node.bootId);
  if (!boot) throw new Error('the boot of a report is read before the report is taken');
  const seen = withSeen(boot.seen, seq);
  const wasCurrent = boot.id === node.bootRow;
  if (seen === null) return { stored: false, resync: wasCurrent && heldFull(node) < (node.wantedFullSeq ?? -1) };
  const isCurrentBoot = boot.reports === 0 || wasCurrent || outlives(node, boot, { seq, now });
  const current = isCurrent(node);
  Object.assign(boot, { lastSeen: now, reports: boot.reports + 1, seen, isTouched: true });
  Object.assign(node, { lastSeen: now });
  node.changed.isHeard = true;
  if (!isCurrentBoot) return { stored: true, resync: false };
  const wantedBefore = wasCurrent ? (node.wantedFullSeq ?? -1) : -1;
  const wanted = full === null ? Math.max(wantedBefore, digest.fullSeq) : wantedBefore;
  if (!wasCurrent || seq > node.seq) {
    const { agentVersion, dropped } = digest;
    const { name } = digest.node;
    node.changed.isFollowed ||=
      !wasCurrent || name !== node.name || agentVersion !== node.agentVersion || dropped !== node.dropped;
    node.changed.isNews ||= !wasCurrent || name !== node.name;
    Object.assign(node, { name, bootRow: boot.id, seq, wantedFullSeq: wanted, agentVersion, dropped });
  }
  if (full !== null && seq > heldFull(node)) {
    takeFull(node, full, now);
    Object.assign(node, { fullBootRow: boot.id, fullSeq: seq });
    node.changed.isNews = true;
  }
  node.changed.isNews ||= current !== isCurrent(node);
  return { stored: true, resync: heldFull(node) < wanted };
};
