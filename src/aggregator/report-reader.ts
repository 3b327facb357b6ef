import { extname, join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { limits } from '../model/limits.ts';
import type { Body } from './body.ts';
import { readReport, type ReadReport } from './read-report.ts';

/** What the thread is given, and what it gives back. */
export type ReadingOrder = { number: number; body: Body; at: number };
export type ReadingResult = { number: number; read: ReadReport };

type Waiting = { body: Body; at: number; answer: (read: ReadReport) => void; fail: (error: unknown) => void };

/** The source has the program beside it as .ts, the bundle as .js. */
const program = join(import.meta.dirname, `reading-thread${extname(import.meta.filename)}`);

/** Reads a report in this thread; fails for faults of the program alone. */
export const readHere = (body: Body, at: number): Promise<ReadReport> =>
  new Promise(resolve => resolve(readReport(body, at)));

/** Starts the thread's program, without the options of this process: its heap is not the thread's. */
export const startThread = (): Worker => {
  const { readerHeapMb: maxOldGenerationSizeMb, readerYoungMb: maxYoungGenerationSizeMb } = limits;
  return new Worker(program, { resourceLimits: { maxOldGenerationSizeMb, maxYoungGenerationSizeMb }, execArgv: [] });
};

/** A thread that reads reports; what it has in hand when it ends is given back to be read here. */
class ReadingThread {
  readonly #worker: Worker;
  readonly #waiting = new Map<number, Waiting>();
  #number = 0;
  /** It has started: until then reports are read faster here. */
  isReady = false;

  constructor(worker: Worker, ended: (left: Waiting[]) => void) {
    this.#worker = worker;
    worker.unref();
    worker.once('online', () => (this.isReady = true));
    worker.on('message', ({ number, read }: ReadingResult) => {
      this.#waiting.get(number)?.answer(read);
      this.#waiting.delete(number);
    });
    // It exits after that, as it does where it has no more memory.
    worker.on('error', () => undefined);
    worker.once('exit', () => ended([...this.#waiting.values()]));
  }

  get inHand(): number {
    return this.#waiting.size;
  }

  give(one: Waiting): void {
    const order: ReadingOrder = { number: (this.#number += 1), body: one.body, at: one.at };
    this.#waiting.set(order.number, one);
    this.#worker.postMessage(order);
  }

  async end(): Promise<void> {
    await this.#worker.terminate();
  }
}

/**
 * Reads reports. While few come they are read where they are asked for; from so many full ones a second on, such as when a
 * registry goes down for every node, a second thread reads them, and ends when it was not needed for a while: it costs some 25 MB.
 */
export class ReportReader {
  readonly #start: () => Worker;
  readonly #idleMs: number;
  #thread: ReadingThread | null = null;
  #second = 0;
  #count = 0;
  #busyAt = -Infinity;
  #idle: NodeJS.Timeout | null = null;

  constructor(start = startThread, idleMs: number = limits.readerIdleMs) {
    this.#start = start;
    this.#idleMs = idleMs;
  }

  /** Reads a body; fails for faults of the program alone. */
  readonly read = (body: Body, at: number): Promise<ReadReport> => {
    if (body.bytes.length < limits.readerBytes) return readHere(body, at);
    this.#note();
    const thread = this.#thread;
    if (thread?.isReady !== true || thread.inHand >= limits.readerInHand) return readHere(body, at);
    // A view may be of a far larger piece of memory, all of which would be copied.
    const alone = { ...body, bytes: new Uint8Array(body.bytes) };
    return new Promise((answer, fail) => thread.give({ body: alone, at, answer, fail }));
  };

  async close(): Promise<void> {
    if (this.#idle !== null) clearInterval(this.#idle);
    await this.#thread?.end();
  }

  /** Counts one more full report, and starts the thread where they are many. */
  #note(): void {
    const now = performance.now();
    const second = Math.floor(now / 1000);
    this.#count = second === this.#second ? this.#count + 1 : 1;
    this.#second = second;
    if (this.#count < limits.readerFrom) return;
    this.#busyAt = now;
    this.#thread ??= this.#begin();
  }

  #begin(): ReadingThread {
    const thread = new ReadingThread(this.#start(), left => {
      if (this.#thread === thread) this.#thread = null;
      for (const { body, at, answer, fail } of left) readHere(body, at).then(answer, fail);
    });
    this.#idle ??= setInterval(() => {
      if (performance.now() - this.#busyAt < this.#idleMs || (this.#thread?.inHand ?? 0) > 0) return;
      if (this.#idle !== null) clearInterval(this.#idle);
      this.#idle = null;
      void this.#thread?.end();
    }, this.#idleMs / 4).unref();
    return thread;
  }
}
