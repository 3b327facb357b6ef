import { limits } from '../../model/limits.ts';
import { PullpathError } from '../../model/error.ts';
import type { Report } from '../../model/report.ts';
import type { ReportAnswer } from '../../wire/api.ts';
import { takeAsked } from './asked-retries.ts';
import { loadNodes } from './load-nodes.ts';
import { takeReport } from './node-memory.ts';
import { saveNodes } from './save-nodes.ts';
import type { Database } from './sql.ts';

/** Takes reports; each is answered when it is stored. */
export type Ingest = {
  accept: (report: Report, now: number) => Promise<ReportAnswer>;
  /** When nothing waits any more. */
  settled: () => Promise<void>;
};

type Waiting = { report: Report; now: number; answer: (answer: ReportAnswer) => void; fail: (error: unknown) => void };

/** One transaction for all of them, in the order in which they came. */
const takeBatch = (db: Database, batch: Waiting[]): Promise<ReportAnswer[]> =>
  db.write(async tx => {
    const nodes = await loadNodes(tx, batch);
    const answers = batch.map(({ report, now }) => {
      const node = nodes.get(report.node.uid);
      if (!node) throw new Error('the node of a report is read before the report is taken');
      return takeReport(node, report, now);
    });
    await saveNodes(tx, [...nodes.values()]);
    const asked = await takeAsked(
      tx,
      batch.map(one => ({ ...one, nodeId: nodes.get(one.report.node.uid)?.id ?? 0 })),
    );
    return answers.map((answer, index) => {
      const retry = asked[index] ?? [];
      return retry.length === 0 ? answer : { ...answer, retry };
    });
  });

const isOutage = (error: unknown): boolean => error instanceof PullpathError && error.code === 'store-unavailable';

/**
 * Puts reports that come while a transaction is under way, or in the same turn of the loop, into one: a commit costs the
 * same for one report and for a hundred. Where one of them cannot be stored for its own sake, the others are all the same.
 */
export const ingest = (db: Database): Ingest => {
  let waiting: Waiting[] = [];
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
    while (waiting.length > 0) {
      const batch = waiting.slice(0, limits.batchReports);
      waiting = waiting.slice(limits.batchReports);
      await store(batch);
      // Others get their turn between two transactions of a database that never waits.
      if (waiting.length > 0) await new Promise(resolve => setImmediate(resolve));
    }
    endedAt = performance.now();
    running = null;
  };
  return {
    accept: (report, now) => {
      if (waiting.length >= limits.waitingReports)
        return Promise.reject(
          new PullpathError('store-unavailable', 'the database is too slow for the reports that come; send again'),
        );
      return new Promise((answer, fail) => {
        waiting.push({ report, now, answer, fail });
        running ??= drain();
      });
    },
    settled: async () => {
      while (running !== null) await running;
    },
  };
};
