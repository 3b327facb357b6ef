import { extname, join } from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import type { Log } from '../../lib/log.ts';
import { limits } from '../../model/limits.ts';
import type { Body } from './body.ts';
import { readReport, type ReadReport } from './read-report.ts';

/** What the thread is given, and what it says: that it has started, and what a report is; null where only this thread can tell. */
export type ReadingOrder = { number: number; body: Body; at: number };
export type ReadingMessage = 'ready' | { number: number; read: ReadReport | null };

type Waiting = { body: Body; at: number; answer: (read: ReadReport) => void; fail: (error: unknown) => void };

/** The source has the program beside it as .ts, the bundle as .js. */
const program = join(import.meta.dirname, `reading-thread${extname(import.meta.filename)}`);

/** Reads a report in this thread; fails for faults of the program alone. */
export const readHere = (body: Body, at: number): Promise<ReadReport> =>
  new Promise(resolve => resolve(readReport(body, at)));

/** Starts the thread's program. Without the options of this process, and with a small heap for what is new: it lives for one report. */
export const startThread = (): Worker =>
  new Worker(program, { resourceLimits: { maxYoungGenerationSizeMb: limits.readerYoungMb }, execArgv: [] });

/** A thread that reads reports; what it has in hand when it ends is given back to be read here. */
class ReadingThread {
  readonly #worker: Worker;
  readonly #waiting = new Map<number, Waiting>();
  #number = 0;
  /** Until it has started, reports are read faster here. */
  isReady = false;
  /** It ends because it was told to. */
  isEnding = false;

  constructor(worker: Worker, ended: (left: Waiting[], error: unknown) => void) {
    this.#worker = worker;
    let fault: unknown = null;
    worker.unref();
    worker.on('message', (message: ReadingMessage) => this.#hear(message));
    // It exits after that, as it does where it has no more memory.
    worker.on('error', (error: unknown) => (fault = error));
    worker.on('messageerror', error => {
      fault = error;
      void worker.terminate();
    });
    worker.once('exit', () => ended([...this.#waiting.values()], fault));
  }

  get inHand(): number {
    return this.#waiting.size;
  }

  give(one: Waiting): void {
    const order: ReadingOrder = { number: (this.#number += 1), body: one.body, at: one.at };
    this.#worker.postMessage(order);
    this.#waiting.set(order.number, one);
  }

  async end(): Promise<void> {
    this.isEnding = true;
    await this.#worker.terminate();
  }

  #hear(message: ReadingMessage): void {
    if (message === 'ready') {
      this.isReady = true;
      return;
    }
    const { number, read } = message;
    const one = this.#waiting.get(number);
    this.#waiting.delete(number);
    if (one && read === null) readHere(one.body, one.at).then(one.answer, one.fail);
    else if (read !== null) one?.answer(read);
  }
}

/**
 * Reads reports. While few come they are read where they are asked for; from so many larger ones a second on, such as when a
 * registry goes down for every node, a second thread reads them, and ends when it was not needed for a while: it costs some 40 MB.
 */
export class ReportReader {
  readonly #log: Log;
  readonly #start: () => Worker;
  readonly #idleMs: number;
  #thread: ReadingThread | null = null;
  #second = 0;
  #count = 0;
  #busyAt = -Infinity;
  #restUntil = -Infinity;
  #idle: NodeJS.Timeout | null = null;

  constructor(log: Log, start = startThread, idleMs: number = limits.readerIdleMs) {
    this.#log = log;
    this.#start = start;
    this.#idleMs = idleMs;
  }

  /** Reads a body; fails for faults of the program alone. */
  readonly read = (body: Body, at: number): Promise<ReadReport> => {
    const { length } = body.bytes;
    if (length < limits.readerBytes || length > limits.readerMaxBytes) return readHere(body, at);
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

  /** Counts one more, and starts the thread where they are many. */
  #note(): void {
    const now = performance.now();
    const second = Math.floor(now / 1000);
    this.#count = second === this.#second ? this.#count + 1 : 1;
    this.#second = second;
    if (this.#count < limits.readerFrom) return;
    this.#busyAt = now;
    if (this.#thread !== null || now < this.#restUntil) return;
    try {
      this.#begin();
    } catch (error) {
      this.#failed(error);
    }
  }

  #begin(): void {
    const thread = new ReadingThread(this.#start(), (left, error) => {
      if (this.#thread === thread) this.#thread = null;
      if (!thread.isEnding) this.#failed(error);
      void readAll(left);
    });
    this.#thread = thread;
    this.#idle ??= setInterval(() => this.#endIdle(), this.#idleMs / 4).unref();
  }

  #endIdle(): void {
    const { isReady = true, inHand = 0 } = this.#thread ?? {};
    // One that still starts has had nothing to do yet.
    if (!isReady || inHand > 0 || performance.now() - this.#busyAt < this.#idleMs) return;
    if (this.#idle !== null) clearInterval(this.#idle);
    this.#idle = null;
    void this.#thread?.end();
  }

  /** Reports are read here for a while: what ended one thread may end the next. */
  #failed(error: unknown): void {
    this.#restUntil = performance.now() + this.#idleMs;
    this.#log.warn({ err: error }, 'the thread that reads reports cannot go on; they are read without it for now');
  }
}

/** Others get their turn between two. */
const readAll = async (left: readonly Waiting[]): Promise<void> => {
  for (const { body, at, answer, fail } of left) {
    await readHere(body, at).then(answer, fail);
    await turn();
  }
};
