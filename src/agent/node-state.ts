import { findingsOf, runtimeFinding, type ExplanationMemo, type FindingNode } from '../diagnose/findings.ts';
import { PullLedger, type LedgerChange, type LedgerPull, type LedgerState } from '../diagnose/pull-ledger.ts';
import type { Check } from '../model/check.ts';
import type { Finding } from '../model/finding.ts';
import { limits } from '../model/limits.ts';
import type { PullEvent } from '../model/pull-event.ts';
import type { Dropped, HostFacts, OpenPull, ReportState, RetryRecord } from '../model/report.ts';
import type { RuntimeStatus } from './cri/monitor.ts';

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
  private runtime: RuntimeStatus | null = null;
  private journal: Check | null = null;
  private host: HostFacts | null = null;
  private readonly lost = { reports: 0, lines: 0 };

  constructor(node: FindingNode, saved: LedgerState | null) {
    this.node = node;
    this.ledger = new PullLedger(saved ?? undefined);
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
    const sources = this.ledger.open().map(pull => ({ pull, missingSecret: this.ledger.missingSecret(pull) }));
    const findings = findingsOf(this.node, sources, this.memo);
    const down = this.runtime?.down ?? null;
    return down === null
      ? findings
      : [runtimeFinding(this.node, down.message, { since: down.since, now }), ...findings];
  }

  /** The parts of a full report. */
  report(now: number): ReportState {
    const checks = [this.runtime?.check, this.journal].filter(check => check !== null && check !== undefined);
    return {
      runtime: this.runtime?.runtime ?? null,
      checks,
      pulls: this.ledger.open().map(openPullOf),
      findings: this.findings(now),
      retries: [...this.retries],
      ...(this.host === null ? {} : { host: this.host }),
    };
  }
}
