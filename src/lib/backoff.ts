/** Bounds of a growing wait, milliseconds. */
export type BackoffBounds = { firstMs: number; maxMs: number };

/** A wait that doubles with each failure; `random` gives 0 to 1 and spreads many nodes apart. */
export class Backoff {
  private readonly bounds: BackoffBounds;
  private readonly random: () => number;
  private failures = 0;

  constructor(bounds: BackoffBounds, random: () => number = Math.random) {
    this.bounds = bounds;
    this.random = random;
  }

  /** How long to wait after one more failure: between half and all of the doubled wait. */
  next(): number {
    const full = Math.min(this.bounds.firstMs * 2 ** Math.min(this.failures, 30), this.bounds.maxMs);
    this.failures += 1;
    return full * (0.5 + this.random() / 2);
  }

  /** Starts over after a success. */
  reset(): void {
    this.failures = 0;
  }
}

/** Waits, or ends early when the signal aborts; it never throws, the caller looks at the signal. */
export const sleep = (ms: number, signal: AbortSignal): Promise<void> =>
  new Promise(resolve => {
    if (signal.aborted) {
      resolve();
      return;
    }
    const done = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal.addEventListener('abort', done);
  });
