import { parentPort } from 'node:worker_threads';
import { readReport, type ReadReport } from './read-report.ts';
import type { ReadingMessage, ReadingOrder } from './reader.ts';

// The program of the reader's thread: a report in, what it says out, one after the other.
const say = (message: ReadingMessage): void => parentPort?.postMessage(message);

/** Null for a fault of the program: who asked meets it again, and can tell it. */
const read = ({ body, at }: ReadingOrder): ReadReport | null => {
  try {
    return readReport(body, at);
  } catch {
    return null;
  }
};

parentPort?.on('message', (order: ReadingOrder) => say({ number: order.number, read: read(order) }));
say('ready');
