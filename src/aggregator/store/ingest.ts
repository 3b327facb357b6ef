import { limits } from '../../model/limits.ts';
import { PullpathError } from '../../model/error.ts';
import type { ReportAnswer } from '../../wire/api.ts';
import { takeAsked } from './asked-retries.ts';
import type { Digest } from './digest.ts';
import { loadNodes } from './load-nodes.ts';
import { takeReport } from './node-memory.ts';
import { saveNodes } from './save-nodes.ts';
import type { Database } from './sql.ts';

/** Takes reports; each is answered when it is stored. */
export type Ingest = {
  accept: (digest: Digest) => Promise<ReportAnswer>;
  /** Fails with `store-unavailable` where so much waits for the database that no more is taken. */
  checkRoom: () => void;
  /** When nothing waits any more. */
  settled: () => Promise<void>;
};

type Waiting = { digest: Digest; answer: (answer: ReportAnswer) => void; fail: (error: unknown) => void };

/** One transaction for all of them, in the order in which they came. */
const takeBatch = (db: Database, batch: Waiting[]): Promise<ReportAnswer[]> =>
  db.write(async tx => {
    const digests = batch.map(({ digest }) => digest);
    const nodes = await loadNodes(tx, digests);
    const answers = digests.map(digest => {
      const node = nodes.get(digest.node.uid);
      if (!node) throw new Error('the node of a report is read before the report is taken');
      return takeReport(node, digest);
    });
    await saveNodes(tx, [...nodes.values()]);
    const asked = await takeAsked(
      tx,
      digests.map(digest => ({ digest, nodeId: nodes.get(digest.node.uid)?.id ?? 0 })),
    );
    return answers.map((answer, index) => {
      const retry = asked[index] ?? [];
      return retry.length === 0 ? answer : { ...answer, retry };
    });
  });

const isOutage = (error: unknown): boolean => error instanceof PullpathError && error.code === 'store-unavailable';

/** Reports in the order in which they came, taken out some at a time: bounded by their number and by their size. */
class Queue {
  #waiting: Waiting[] = [];
  #chars = 0;

  get length(): number {
    return this.#waiting.length;
  }

  get isFull(): boolean {
    return this.#waiting.length >= limits.waitingReports || this.#chars >= limits.waitingChars;
  }

  add(one: Waiting): void {
    this.#waiting.push(one);
    this.#chars += one.digest.chars;
  }

  /** At least one, and as many more as one transaction should take. */
  next(batchChars: number): Waiting[] {
    let chars = 0;
    const end = this.#waiting.findIndex(
      (one, index) => index > 0 && (index === limits.batchReports || (chars += one.digest.chars) > batchChars),
    );
    const batch = this.#waiting.splice(0, end === -1 ? this.#waiting.length : end);
    this.#chars -= batch.reduce((sum, one) => sum + one.digest.chars, 0);
    return batch;
  }
}

/**
 * Puts reports that come while a transaction is under way, or in the same turn of the loop, into one: a commit costs the
 * same for one report and for a hundred. Where one of them cannot be stored for its own sake, the others are all the same.
 */
export const ingest = (db: Database): Ingest => {
  const queue = new Queue();
  let running: Promise<void> | null = null;
  let endedAt = -Infinity;

  const store = async (batch: Waiting[]): Promise<void> => {
    try {
      const answers = await takeBatch(db, batch);
      for (const [index, one] of batch.entries()) one.answer(answers[index] ?? { stored: false, resync: false });
    } catch (error) {
      if (batch.length === 1 || isOutage(error)) for (const one of batch) one.fail(error);
      else for (const one of batch) await store([one]);
    }
  };
  /** At once after a pause; where reports keep coming, after a moment, so that some share a transaction. */
  const gather = (): Promise<unknown> =>
    performance.now() - endedAt > limits.gatherMs
      ? new Promise(resolve => setImmediate(resolve))
      : new Promise(resolve => setTimeout(resolve, limits.gatherMs));

  const drain = async (): Promise<void> => {
    await gather();
    while (queue.length > 0) {
      await store(queue.next(db.batchChars));
      // Others get their turn between two transactions of a database that never waits.
      if (queue.length > 0) await new Promise(resolve => setImmediate(resolve));
    }
    endedAt = performance.now();
    running = null;
  };
  const checkRoom = (): void => {
    if (!queue.isFull) return;
    const says = 'more reports come than the aggregator and its database can take; send again';
    throw new PullpathError('store-unavailable', says);
  };
  return {
    checkRoom,
    accept: async digest => {
      checkRoom();
      return new Promise((answer, fail) => {
        queue.add({ digest, answer, fail });
        running ??= drain();
      });
    },
    settled: async () => {
      while (running !== null) await running;
    },
  };
};
