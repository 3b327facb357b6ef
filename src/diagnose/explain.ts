import { causeFacts, type Cause } from '../model/cause.ts';
import type { Explanation } from '../model/finding.ts';
import { cleanText } from '../parse/clean-text.ts';
import { readPullError, type PullError } from '../parse/pull-error.ts';
import { readStatements, type Statement } from '../parse/statements.ts';
import { isPullFailure } from './pull-context.ts';
import { findRule } from './text-rules.ts';

/** What is known beside the text, for the commands of the fix. */
export type KnownNames = { image?: string; namespace?: string; pod?: string; container?: string; node?: string };

type Reading = { error: PullError; cause: Cause; also: Cause[]; weight: number };

/** How much a reading says: a cause in so many words, one that the text leaves open, a failure without a cause, nothing. */
const weight = { sure: 4, vague: 3, other: 2, backoff: 1, none: 0 } as const;

const read = (statement: Statement): Reading => {
  const error = readPullError(statement);
  if (!isPullFailure(error.words) && !isRequestToRegistry(error))
    return { error, cause: 'not-a-pull-failure', also: [], weight: weight.none };
  const rule = findRule(error);
  if (!rule) return { error, cause: 'other', also: [], weight: weight.other };
  const vague = rule.vague === true ? weight.vague : weight.sure;
  return { error, cause: rule.cause, also: rule.also, weight: rule.cause === 'backoff-only' ? weight.backoff : vague };
};

const isRequestToRegistry = (error: PullError): boolean =>
  error.url !== null && /^\w+:\/\/[^/]+\/v(?:2\/(?!keys)|1\/(?:_ping|repositories))/.test(error.url);

export const explainReadings = (text: string): Reading[] => {
  const clean = cleanText(text);
  const readings = readStatements(clean, ' ').map(read);
  return readings;
};

const best = (readings: Reading[]): Reading | null => {
  let found: Reading | null = null;
  for (const reading of readings) if (found === null || reading.weight > found.weight) found = reading;
  return found;
};

/** Names the cause of an error text. */
export const explainText = (text: string, _names: KnownNames = {}): Explanation => {
  const readings = explainReadings(text);
  const top = best(readings);
  const cause = top?.cause ?? 'not-a-pull-failure';
  return {
    cause,
    also: top?.also ?? [],
    ...causeFacts(cause),
    image: top?.error.image ?? null,
    registry: top?.error.registry ?? null,
    host: top?.error.host ?? null,
    title: cause,
    checklist: [],
    fix: [],
  };
};
