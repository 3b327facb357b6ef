import { explainText } from '../diagnose/explain.ts';
import { sleep, Wake } from '../lib/backoff.ts';
import type { Log } from '../lib/log.ts';
import { causeFacts, type Cause } from '../model/cause.ts';
import { normalImage } from '../model/image-ref.ts';
import { limits } from '../model/limits.ts';
import type { RetryRecord } from '../model/report.ts';
import type { CriClient } from './cri/client.ts';

/** A failure as the kubelet logged it; `at` in epoch milliseconds. */
export type NewFailure = { image: string; cause: Cause; at: number };

export type RetrierOptions = {
  /** The runtime while it answers. */
  client: () => Pick<CriClient, 'pullImage'> | null;
  onRecord: (record: RetryRecord) => void;
  /** Epoch milliseconds. */
  now: () => number;
  /** 0 to 1: spreads nodes that fail together. */
  random: () => number;
  log: Log;
};

/**
 * Pulls a newly failing image once more over CRI, to tell a passing fault from a standing one. One pull at a time, one per image
 * and ten minutes, never with credentials, never where trying again cannot help or is asked not to be done (retry never, wait).
 */
export class Retrier {
  private readonly options: RetrierOptions;
  private readonly waiting = new Map<string, NewFailure>();
  private readonly tried = new Map<string, number>();
  private readonly wake = new Wake();

  constructor(options: RetrierOptions) {
    this.options = options;
  }

  /** Queues a retry unless the failure is old, known, or of a kind that is not retried. */
  consider(failure: NewFailure): void {
    const key = normalImage(failure.image);
    const { retry } = causeFacts(failure.cause);
    const now = this.options.now();
    if (failure.image === '' || retry === 'never' || retry === 'wait') return;
    if (now - failure.at > limits.retryFreshMs || now - (this.tried.get(key) ?? -Infinity) < limits.silentPullMs)
      return;
    if (this.waiting.size >= limits.retryQueue || this.waiting.has(key)) return;
    this.waiting.set(key, failure);
    this.wake.notify();
  }

  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const next = this.waiting.entries().next();
      if (next.done) await this.wake.wait(signal);
      else await this.retry(next.value[0], next.value[1], signal);
    }
  }

  private async retry(key: string, failure: NewFailure, signal: AbortSignal): Promise<void> {
    await sleep(this.options.random() * limits.retryJitterMs, signal);
    this.waiting.delete(key);
    if (signal.aborted) return;
    this.remember(key);
    const at = this.options.now();
    const record = await this.pull(failure.image, at, signal);
    if (record === null) return;
    this.options.log.info(
      { image: record.image, outcome: record.outcome, cause: record.cause, ms: record.ms },
      'pull retried',
    );
    this.options.onRecord(record);
  }

  private remember(key: string): void {
    this.tried.delete(key);
    this.tried.set(key, this.options.now());
    const oldest = this.tried.keys().next();
    if (this.tried.size > limits.retrySeen && !oldest.done) this.tried.delete(oldest.value);
  }

  /** Null where the agent stops in the middle. */
  private async pull(image: string, at: number, signal: AbortSignal): Promise<RetryRecord | null> {
    const client = this.options.client();
    if (client === null)
      return { image, at, ms: 0, outcome: 'unavailable', cause: 'runtime-unavailable', message: null };
    const result = await client.pullImage(image, AbortSignal.any([signal, AbortSignal.timeout(limits.criPullMs)]));
    if (signal.aborted) return null;
    const ms = this.options.now() - at;
    if (result.ok) return { image, at, ms, outcome: 'pulled', cause: null, message: null };
    const message = result.details.slice(0, limits.messageBytes / 4);
    const outcome = result.code === 'UNAVAILABLE' ? 'unavailable' : 'failed';
    const { cause } = explainText(message);
    return { image, at, ms, outcome, cause, message };
  }
}
