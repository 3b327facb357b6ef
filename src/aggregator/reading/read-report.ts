import { PullpathError } from '../../model/error.ts';
import { problemOf, type Problem } from '../../wire/problem.ts';
import { parseReport } from '../../wire/report-schema.ts';
import { textOf, type Body } from './body.ts';
import { problemOfError } from '../problems.ts';
import { digestOf, type Digest } from '../store/digest.ts';

/** A report as it is taken into the database, or why it is refused. */
export type ReadReport = { ok: true; digest: Digest } | { ok: false; problem: Problem };

/** Reads a body that came at a moment of the aggregator's clock: all the work that a report is before the database knows of it. */
export const readReport = (body: Body, at: number): ReadReport => {
  try {
    const text = textOf(body);
    const parsed = parseReport(text);
    if (parsed.ok) return { ok: true, digest: digestOf(parsed.report, { at, body, text }) };
    return { ok: false, problem: problemOf(parsed.code, parsed.detail, { field: parsed.field }) };
  } catch (error) {
    if (error instanceof PullpathError) return { ok: false, problem: problemOfError(error) };
    throw error;
  }
};
