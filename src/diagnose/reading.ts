import type { Cause } from '../model/cause.ts';
import { readPullError, type PullError } from '../parse/pull-error.ts';
import type { Statement } from '../parse/statements.ts';
import { readContext, type PullContext } from './pull-context.ts';
import type { TextRule } from './text-rule.ts';
import { findRule } from './text-rules.ts';

/** What one statement of a text says. */
export type Reading = {
  statement: Statement;
  /** The text, or the page of it, in which the statement stands. */
  page: string;
  error: PullError;
  context: PullContext;
  cause: Cause;
  also: Cause[];
  /** One of `weights`. */
  weight: number;
};

/** How much a reading says: a cause in so many words, one that the text leaves open, a failure without a cause, nothing. */
export const weights = { sure: 4, vague: 3, other: 2, backoff: 1, none: 0 } as const;

/** A request to a registry's API or its token service, and not to another service that has a version 2. */
const asksRegistry = (url: string): boolean =>
  (url.includes('/v2/') && (/\/v2\/(?:$|\?)/.test(url) || /\/(?:manifests|blobs|tags)\//.test(url))) ||
  /\/v1\/(?:_ping|repositories\/|search)/.test(url) ||
  url.includes('scope=repository');

/** What a rule leaves open; behind the words for the registry stand those for its mirrors (containers/image). */
const alsoBy = ({ cause, also }: TextRule, { words }: PullError): Cause[] =>
  words.includes('(mirrors also failed: ') && cause !== 'mirror-failure' && !also.includes('mirror-failure')
    ? [...also, 'mirror-failure']
    : also;

/** Reads a statement: whether it is of a failed pull, and by which cause. */
export const readOne = (statement: Statement, page: string): Reading => {
  const error = readPullError(statement);
  const context = readContext(error.words, error.url !== null && asksRegistry(error.url));
  const reading = (cause: Cause, also: Cause[], weight: number): Reading => ({
    statement,
    page,
    error,
    context,
    cause,
    also,
    weight,
  });
  const rule = context.pull || context.foreign || context.failure ? findRule(error) : null;
  // What it would be if it were of a pull.
  if (!context.pull) {
    const open = rule !== null && rule.cause !== 'backoff-only';
    return reading('not-a-pull-failure', open ? [rule.cause] : [], weights.none);
  }
  if (!rule) return context.failure ? reading('other', [], weights.other) : reading('not-a-pull-failure', [], 0);
  if (rule.cause === 'backoff-only') return reading(rule.cause, rule.also, weights.backoff);
  return reading(rule.cause, alsoBy(rule, error), rule.vague === true ? weights.vague : weights.sure);
};

const refused: Cause[] = ['auth-required', 'auth-denied', 'image-not-found', 'tag-not-found'];

/** Causes that explain another one told beside them: a secret that is missing is why the registry wants credentials. */
const reasons: Partial<Record<Cause, Cause[]>> = {
  'secret-problem': refused,
  'credential-provider': refused,
  'auth-denied': ['auth-required', 'image-not-found'],
  'never-pull': ['backoff-only'],
};

/** Whether a pull that failed by `cause` may have failed because of what `reading` tells. */
export const explains = (reading: Reading, cause: Cause): boolean => reasons[reading.cause]?.includes(cause) === true;

/** A missing secret that no refusal followed did no harm: pulls that need none go on. */
export const isHarmless = ({ cause }: Reading): boolean =>
  cause === 'secret-problem' || cause === 'credential-provider';

/** The reading that counts: the first of those that say most, unless another one is the reason for it. */
export const pick = (readings: Reading[]): Reading | null => {
  const top = readings.reduce<Reading | null>(
    (best, reading) => (best === null || reading.weight > best.weight ? reading : best),
    null,
  );
  if (top === null) return null;
  const reason = readings.find(reading => explains(reading, top.cause));
  const other = isHarmless(top)
    ? readings.find(
        reading => reading.weight >= weights.vague && !(reading.cause in reasons) && !refused.includes(reading.cause),
      )
    : undefined;
  return reason ?? other ?? top;
};

/** What the text of a failure leaves open: what each of its statements does, and their causes beside the one that counts. */
export const alsoOf = (top: Reading, readings: Reading[]): Cause[] => {
  if (readings.length === 1) return top.also;
  const others = readings.filter(reading => reading !== top && reading.weight >= weights.vague);
  const all = [...top.also, ...others.map(({ cause }) => cause), ...others.flatMap(({ also }) => also)];
  return [...new Set(all)].filter(cause => cause !== top.cause);
};
