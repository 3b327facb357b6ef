import { gunzipSync, gzipSync } from 'node:zlib';
import { Backoff, sleep, Wake } from '../lib/backoff.ts';
import type { Log } from '../lib/log.ts';
import { limits } from '../model/limits.ts';
import type { FullReport } from '../model/report.ts';
import type { PostResult } from './post.ts';
import { fitReport } from './report-size.ts';
import type { Spool, SpooledReport } from './spool.ts';

export type SenderOptions = {
  spool: Spool;
  post: (body: Buffer, signal: AbortSignal) => Promise<PostResult>;
  /** The aggregator lacks the full report that a heartbeat spoke of. */
  onResync: () => void;
  /** The aggregator takes no report of more than so many bytes of JSON. */
  onTooLarge: (maxBytes: number) => void;
  /** The aggregator's answer to a report that it took. */
  onAnswer?: (body: string) => void;
  log: Log;
};

type Answer = { status: number; body: string; retryAfterMs: number | null };

const memberOf = (json: string, key: string): unknown => {
  try {
    const value: unknown = JSON.parse(json);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[key] : undefined;
  } catch {
    return undefined;
  }
};

/** The JSON of a spooled report; empty where the disk spoilt it. */
const unpack = (body: Buffer): string => {
  try {
    const json = gunzipSync(body).toString('utf8');
    JSON.parse(json);
    return json;
  } catch {
    return '';
  }
};

/** Statuses that say this report itself is wrong: sending it again cannot help. */
const refused = new Set([400, 415, 422]);
/** Statuses that say something about us or the address is wrong: it is tried again, patiently, until someone mends it. */
const denied = new Set([401, 403, 404, 405]);

/** Sends what is spooled, in order, each until the aggregator has it; sending one twice is harmless (node, boot, seq). */
export class Sender {
  private readonly options: SenderOptions;
  private readonly backoff = new Backoff({ firstMs: limits.sendRetryFirstMs, maxMs: limits.sendRetryMaxMs });
  private readonly wake = new Wake();
  private lastTrouble = '';

  constructor(options: SenderOptions) {
    this.options = options;
  }

  /** There is something new in the spool. */
  notify(): void {
    this.wake.notify();
  }

  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const report = await this.options.spool.next();
      if (report === null) await this.wake.wait(signal);
      else await sleep(await this.sendOne(report, signal), signal);
    }
  }

  /** Sends what waits once more and at most until the signal aborts: for a clean stop. */
  async flush(signal: AbortSignal): Promise<void> {
    for (let report = await this.options.spool.next(); report !== null && !signal.aborted;) {
      const before = report.seq;
      await this.sendOne(report, signal);
      report = await this.options.spool.next();
      if (report?.seq === before) return;
    }
  }

  /** Sends one report; the result is how long to wait before the next, in milliseconds. */
  private async sendOne(report: SpooledReport, signal: AbortSignal): Promise<number> {
    const result = await this.options.post(report.body, signal);
    if (signal.aborted && result.kind === 'unreachable') return 0;
    if (result.kind === 'unreachable') {
      this.trouble({ code: result.code, detail: result.detail }, 'aggregator does not answer; reports are kept');
      return this.backoff.next();
    }
    if (result.status >= 200 && result.status < 300) return this.stored(report, result);
    if (result.status === 413) return this.tooLarge(report);
    const facts = { status: result.status, code: memberOf(result.body, 'code') };
    if (refused.has(result.status)) {
      const detail = memberOf(result.body, 'detail');
      this.options.log.error({ ...facts, detail, seq: report.seq }, 'aggregator refuses this report; set it aside');
      await this.options.spool.setAside(report.seq);
      return 0;
    }
    if (denied.has(result.status)) {
      this.trouble(facts, 'aggregator refuses this agent; check --token-file and --aggregator-url; reports are kept');
      return limits.sendDeniedMs;
    }
    this.trouble(facts, 'aggregator cannot take reports now; reports are kept');
    return Math.max(result.retryAfterMs ?? 0, this.backoff.next());
  }

  private async stored(report: SpooledReport, answer: Answer): Promise<number> {
    await this.options.spool.remove(report.seq);
    this.backoff.reset();
    if (this.lastTrouble !== '')
      this.options.log.info({ waiting: this.options.spool.count }, 'aggregator takes reports again');
    this.lastTrouble = '';
    this.options.onAnswer?.(answer.body);
    // Never after a new full report: that would go round for ever.
    const mayLack = report.kind === 'heartbeat' || memberOf(answer.body, 'stored') === false;
    if (mayLack && memberOf(answer.body, 'resync') === true) this.options.onResync();
    return 0;
  }

  /** Half as large each time, until it fits or nothing more can go: at most a few rounds. */
  private async tooLarge(report: SpooledReport): Promise<number> {
    const json = unpack(report.body);
    const bytes = Buffer.byteLength(json);
    const maxBytes = Math.floor(bytes / 2);
    const fitted = report.kind === 'full' && json !== '' ? fitReport(JSON.parse(json) as FullReport, maxBytes) : null;
    if (fitted === null || Buffer.byteLength(fitted.json) >= bytes) {
      this.options.log.error(
        { bytes, seq: report.seq },
        'aggregator finds even the smallest report too large; set it aside',
      );
      await this.options.spool.setAside(report.seq);
      return limits.sendRetryFirstMs;
    }
    this.options.log.warn(
      { bytes, maxBytes, seq: report.seq },
      'aggregator finds the report too large; sending less of it',
    );
    this.options.onTooLarge(maxBytes);
    await this.options.spool.replace({ ...report, body: gzipSync(fitted.json) });
    return 0;
  }

  private trouble(facts: Record<string, unknown>, message: string): void {
    const text = JSON.stringify([facts['status'], facts['code'], message]);
    if (text === this.lastTrouble) return;
    this.lastTrouble = text;
    this.options.log.warn(facts, message);
  }
}
