import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import type { LedgerChange } from '../diagnose/pull-notes.ts';
import type { Log } from '../lib/log.ts';
import { version } from '../lib/version.ts';
import { limits } from '../model/limits.ts';
import type { Dropped, FullReport, Heartbeat, NodeIdentity, ReportState } from '../model/report.ts';
import { fitReport } from './report-size.ts';
import type { Spool } from './spool.ts';
import type { Sequence } from './state-file.ts';

export type ReporterOptions = {
  node: NodeIdentity;
  spool: Spool;
  sequence: Sequence;
  heartbeatMs: number;
  state: (now: number) => ReportState;
  dropped: () => Dropped;
  /** A report was put into the spool. */
  onSpooled: () => void;
  now: () => number;
  /** At least 0 and below 1. */
  random: () => number;
  log: Log;
};

const zip = promisify(gzip);

/** How long a change may wait for others before it is reported; pulls and what was merely seen again go with a heartbeat. */
const waitOf: Record<LedgerChange, number | null> = {
  none: null,
  pulled: null,
  seen: null,
  attempt: limits.reportLazyMs,
  changed: limits.reportDebounceMs,
};

/** Decides when a report is due, numbers it and spools it: a full one on change, else a heartbeat. */
export class Reporter {
  private readonly options: ReporterOptions;
  private timer: NodeJS.Timeout | null = null;
  private dueAt = Infinity;
  private lastAt = 0;
  private fullSeq: number | null = null;
  private fullAt = 0;
  /** From then on new pulls are worth a full report in a heartbeat's place; none is untold where it is infinite. */
  private pulledDueAt = Infinity;
  /** True where a full report would say something the last one did not. */
  private stale = true;
  private maxBytes: number = limits.reportBytes;
  private work: Promise<void> = Promise.resolve();
  private stopped = false;

  constructor(options: ReporterOptions) {
    this.options = options;
  }

  /** From now on there is a report at least once a heartbeat. */
  start(): void {
    this.schedule(this.options.heartbeatMs);
  }

  /** Something changed; `attempt`, `seen` and `pulled` are put together with later changes. */
  changed(change: LedgerChange): void {
    if (change === 'pulled') this.pulledDueAt = Math.min(this.pulledDueAt, this.pullsDueAt());
    else if (change !== 'none') this.stale = true;
    const wait = waitOf[change];
    if (wait !== null) this.schedule(wait);
  }

  /** The aggregator takes no more than this. */
  limitSize(maxBytes: number): void {
    this.maxBytes = Math.max(Math.min(this.maxBytes, maxBytes), 4096);
  }

  /** The full report as it would be sent now. */
  preview(): FullReport {
    return this.full(this.fullSeq ?? 0);
  }

  /** Spools what is not yet reported and stops. */
  async stop(): Promise<void> {
    if (this.timer !== null) clearTimeout(this.timer);
    if (this.stale && !this.stopped) this.emit();
    this.stopped = true;
    await this.work;
  }

  /** Nodes that pull one image at one time tell it one by one, and one that pulls all the time tells it now and then. */
  private pullsDueAt(): number {
    const { now, random } = this.options;
    return Math.max(now() + random() * limits.reportPulledMs, this.fullAt + limits.reportPulledMs);
  }

  private schedule(waitMs: number): void {
    if (this.stopped) return;
    const now = this.options.now();
    const dueAt = Math.max(now + waitMs, this.lastAt + limits.reportGapMs);
    if (dueAt >= this.dueAt && this.timer !== null) return;
    if (this.timer !== null) clearTimeout(this.timer);
    this.dueAt = dueAt;
    this.timer = setTimeout(() => {
      this.timer = null;
      this.dueAt = Infinity;
      this.emit();
      this.schedule(this.options.heartbeatMs);
    }, dueAt - now);
  }

  private emit(): void {
    this.lastAt = this.options.now();
    this.work = this.work.then(async () => {
      try {
        await this.spoolOne();
      } catch (error) {
        this.options.log.error({ error: error instanceof Error ? error.stack : String(error) }, 'cannot make a report');
      }
    });
  }

  private async spoolOne(): Promise<void> {
    const seq = await this.options.sequence.take();
    const now = this.options.now();
    const isFull = this.stale || this.fullSeq === null || now >= this.pulledDueAt;
    const json = isFull ? this.fullJson(seq) : JSON.stringify(this.heartbeat(seq, this.fullSeq ?? 0));
    this.stale = false;
    if (isFull) {
      this.fullSeq = seq;
      this.fullAt = now;
      this.pulledDueAt = Infinity;
    }
    const body = await zip(json);
    await this.options.spool.add({ seq, kind: isFull ? 'full' : 'heartbeat', body });
    this.options.onSpooled();
  }

  private head(seq: number): Omit<Heartbeat, 'kind' | 'fullSeq'> {
    const { node, now, dropped } = this.options;
    return {
      schema: 'pullpath.report/1',
      node,
      seq,
      sentAt: now(),
      agent: { version },
      dropped: dropped(),
    };
  }

  private heartbeat(seq: number, fullSeq: number): Heartbeat {
    return { ...this.head(seq), kind: 'heartbeat', fullSeq };
  }

  private full(seq: number): FullReport {
    const head = this.head(seq);
    return { ...head, kind: 'full', ...this.options.state(head.sentAt) };
  }

  private fullJson(seq: number): string {
    const { json, shrunk } = fitReport(this.full(seq), this.maxBytes);
    if (shrunk)
      this.options.log.warn({ seq, maxBytes: this.maxBytes }, 'report is too large; parts of it are left out');
    return json;
  }
}
