import { findingsOf, runtimeFinding, type ExplanationMemo, type FindingNode } from '../diagnose/findings.ts';
import { PullLedger, type LedgerPull, type LedgerState } from '../diagnose/pull-ledger.ts';
import type { LedgerChange } from '../diagnose/pull-notes.ts';
import { settleNode, type NodeMemo } from '../diagnose/settle-node.ts';
import { clockCheck, reportedChecks, verdictOf } from '../diagnose/reported-checks.ts';
import { waitingImages } from '../diagnose/recovery-waiting.ts';
import type { ProbeTarget } from '../diagnose/probe-schedule.ts';
import type { Check, ReportedCheck } from '../model/check.ts';
import type { Finding, FindingPod } from '../model/finding.ts';
import { normalImage } from '../model/image-ref.ts';
import { limits } from '../model/limits.ts';
import type { PullPolicy } from '../model/pull-policy.ts';
import type { PullEvent } from '../model/pull-event.ts';
import type { RecoveryNote, WaitingImage } from '../model/recovery.ts';
import type { Dropped, HostFacts, OpenPull, ReportState, RetryRecord } from '../model/report.ts';
import type { Walk } from '../model/walk.ts';
import type { RuntimeStatus } from './cri/monitor.ts';

/** What a round of walks read of the node itself. */
type NodeReading = { checks: Check[]; at: number } & Pick<ReportState, 'fingerprint' | 'traits'>;

const openPullOf = (pull: LedgerPull): OpenPull => {
  const { image, namespace, pod, podUid, container, reason, textCause, message } = pull;
  const { attempts, firstSeen, lastSeen, nextAttemptAt } = pull;
  return {
    ...{ image, namespace, pod, podUid, container, reason, textCause, message },
    ...{ attempts, firstSeen, lastSeen, nextAttemptAt },
  };
};

/** All that the agent knows of its node; each change says how soon it is worth a report. */
export class NodeState {
  private readonly node: FindingNode;
  private readonly ledger: PullLedger;
  private readonly retries: RetryRecord[] = [];
  private readonly memo: ExplanationMemo = new Map();
  private readonly settled: NodeMemo = { settled: new Map(), standing: new Map() };
  private runtime: RuntimeStatus | null = null;
  private journal: Check | null = null;
  private host: HostFacts | null = null;
  private kubelet: string | null = null;
  private reading: NodeReading | null = null;
  /** The newest walk of each registry and each image, by its target. */
  private readonly walked = new Map<string, Walk>();
  private notes: ReadonlyMap<string, RecoveryNote> = new Map();
  private readonly lost = { reports: 0, lines: 0 };

  constructor(node: FindingNode, saved: LedgerState | null) {
    this.node = node;
    this.ledger = new PullLedger(saved ?? undefined);
  }

  get nodeName(): string {
    return this.node.name;
  }

  apply(event: PullEvent): LedgerChange {
    return this.ledger.apply(event);
  }

  closeSilent(journalAt: number): LedgerChange {
    return this.ledger.closeSilent(journalAt);
  }

  /** When the pull longest unheard of was last named, epoch milliseconds; null where none is open. */
  quietSince(): number | null {
    const times = this.ledger.open().map(pull => pull.lastSeen);
    return times.length === 0 ? null : Math.min(...times);
  }

  setRuntime(status: RuntimeStatus): LedgerChange {
    const before = this.runtime;
    this.runtime = status;
    const same =
      before?.check.outcome === status.check.outcome &&
      before.check.code === status.check.code &&
      before.runtime?.version === status.runtime?.version;
    return same ? 'none' : 'changed';
  }

  setJournal(check: Check): LedgerChange {
    const same = this.journal?.outcome === check.outcome && this.journal.code === check.code;
    this.journal = check;
    return same ? 'none' : 'changed';
  }

  setHost(facts: HostFacts): LedgerChange {
    this.host = facts;
    return 'attempt';
  }

  isKubeletKnown(): boolean {
    return this.kubelet !== null;
  }

  setKubelet(version: string): LedgerChange {
    const same = this.kubelet === version;
    this.kubelet = version;
    return same ? 'none' : 'changed';
  }

  /** Files that decide how images are pulled, or a check of the node, may have changed. */
  setReading(reading: NodeReading): LedgerChange {
    const before = this.reading;
    this.reading = reading;
    if (before === null || verdictOf(before.checks) !== verdictOf(reading.checks)) return 'changed';
    const settings = ({ fingerprint, traits }: NodeReading): string => JSON.stringify([fingerprint, traits]);
    return settings(before) === settings(reading) ? 'seen' : 'changed';
  }

  /** The newest walk of its target; other times and addresses alone are no change. */
  addWalk(walk: Walk): LedgerChange {
    const before = this.walked.get(walk.target);
    this.walked.set(walk.target, walk);
    const verdict = (one: Walk): string => verdictOf([...reportedChecks(one), ...one.checks]);
    return before !== undefined && verdict(before) === verdict(walk) ? 'seen' : 'changed';
  }

  /** Forgets the walks of what is no longer walked. */
  keepWalks(targets: readonly ProbeTarget[]): LedgerChange {
    const kept = new Set(targets.map(({ registry, image }) => image ?? registry));
    const gone = [...this.walked.keys()].filter(target => !kept.has(target));
    for (const target of gone) this.walked.delete(target);
    return gone.length === 0 ? 'none' : 'changed';
  }

  /** The newest walk of each registry, then of each image that cannot be pulled. */
  walks(): Walk[] {
    const order = (walk: Walk): number => (walk.image === undefined ? 0 : 1);
    return [...this.walked.values()].sort((a, b) => order(a) - order(b) || (a.target < b.target ? -1 : 1));
  }

  /** Images of pods that cannot be pulled now. */
  openImages(): string[] {
    return this.ledger.open().map(pull => pull.image);
  }

  /** Images that containers wait for, as far as their recovery goes; `policyOf` what the cluster says of a container. */
  waiting(now: number, policyOf: (pod: FindingPod) => PullPolicy | null = () => null): WaitingImage[] {
    return waitingImages(this.findings(now), this.ledger.open(), policyOf);
  }

  /** The open pulls of one pod. */
  pullsOf(pod: { namespace: string; pod: string }): OpenPull[] {
    return this.ledger.open().filter(pull => pull.namespace === pod.namespace && pull.pod === pod.pod);
  }

  /** What is done to have each image, by its full name. */
  setRecovery(notes: ReadonlyMap<string, RecoveryNote>): LedgerChange {
    this.notes = notes;
    return 'changed';
  }

  addRetry(record: RetryRecord): LedgerChange {
    this.retries.push(record);
    this.retries.splice(0, this.retries.length - limits.retryRecords);
    return 'changed';
  }

  lostReports(count: number): void {
    this.lost.reports += count;
  }

  lostLines(count: number): void {
    this.lost.lines += count;
  }

  /** True once the runtime has answered, or is known not to. */
  get runtimeKnown(): boolean {
    return this.runtime !== null;
  }

  get dropped(): Dropped {
    return { ...this.lost, pulls: this.ledger.evicted };
  }

  ledgerState(): LedgerState {
    return this.ledger.state();
  }

  /** The pull of one container, if it is open. */
  pullOf(who: { namespace: string; pod: string; container: string }): OpenPull | null {
    const found = this.ledger
      .open()
      .find(pull => pull.namespace === who.namespace && pull.pod === who.pod && pull.container === who.container);
    return found ?? null;
  }

  findings(now: number): Finding[] {
    const { node, memo, ledger } = this;
    const sources = ledger.open().map(pull => ({
      pull,
      missingSecret: ledger.missingSecret(pull),
      failedCredentials: ledger.failedCredentials(pull),
    }));
    const texts = findingsOf(node, sources, memo);
    // The texts say what broke then, the walks what is true now.
    const evidence = { texts, walks: this.walks(), mirrors: ledger.failedMirrors(now) };
    const settled = settleNode(evidence, { node, now, memo: this.settled });
    const findings = settled.map(finding => this.withNote(finding));
    const down = this.runtime?.down ?? null;
    return down === null
      ? findings
      : [runtimeFinding(this.node, down.message, { since: down.since, now }), ...findings];
  }

  private withNote(finding: Finding): Finding {
    const { image, pods } = finding;
    const note = image === null || pods.length === 0 ? undefined : this.notes.get(normalImage(image));
    return note === undefined ? finding : { ...finding, recovery: note };
  }

  /** The parts of a full report. */
  report(now: number): ReportState {
    const { fingerprint, traits } = this.reading ?? {};
    return {
      runtime: this.runtime?.runtime ?? null,
      kubelet: this.kubelet === null ? null : { version: this.kubelet },
      ...(fingerprint === undefined ? {} : { fingerprint }),
      ...(traits === undefined ? {} : { traits }),
      checks: this.checks(),
      pulls: this.ledger.open().map(openPullOf),
      findings: this.findings(now),
      retries: [...this.retries],
      pulled: this.ledger.pulledImages(now),
      ...(this.host === null ? {} : { host: this.host }),
    };
  }

  /** The node's own checks, then those of each registry. */
  private checks(): ReportedCheck[] {
    const walks = this.walks();
    const watched = [this.runtime?.check, this.journal].filter(check => check !== null && check !== undefined);
    const { checks = [], at = 0 } = this.reading ?? {};
    const clock = clockCheck(walks);
    return [
      ...watched,
      ...checks.map(check => ({ ...check, at })),
      ...(clock === null ? [] : [clock]),
      ...walks.flatMap(reportedChecks),
    ];
  }
}
