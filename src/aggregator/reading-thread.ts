import { parentPort } from 'node:worker_threads';
import { readReport } from './read-report.ts';
import type { ReadingOrder, ReadingResult } from './report-reader.ts';

// The program of the reader's thread: a report in, what it says out, one after the other.
parentPort?.on('message', ({ number, body, at }: ReadingOrder) => {
  const result: ReadingResult = { number, read: readReport(body, at) };
  parentPort?.postMessage(result);
});
