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

/** A wait that can be ended from elsewhere; a notice that comes while nobody waits ends the next wait. */
export class Wake {
  private noticed = false;
  private end: (() => void) | null = null;

  notify(): void {
    this.noticed = true;
    this.end?.();
  }

  /** Waits for a notice, `ms` at most (for ever where it is Infinity), or until the signal aborts. */
  wait(signal: AbortSignal, ms = Infinity): Promise<void> {
    return new Promise(resolve => {
      const done = (): void => {
        clearTimeout(timer);
        signal.removeEventListener('abort', done);
        this.end = null;
        this.noticed = false;
        resolve();
      };
      // A timer of more than 2^31 ms would fire at once.
      const timer = ms < 2 ** 31 ? setTimeout(done, ms) : undefined;
      this.end = done;
      if (this.noticed || signal.aborted) done();
      else signal.addEventListener('abort', done);
    });
  }
}
