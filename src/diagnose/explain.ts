import { causeFacts, type Cause } from '../model/cause.ts';
import type { Explanation, FixStep } from '../model/finding.ts';
import { cleanText } from '../parse/clean-text.ts';
import { readPodNames } from '../parse/pod-names.ts';
import { readPullError, type PullError } from '../parse/pull-error.ts';
import { redact } from '../parse/redact.ts';
import { readStatements, type Statement } from '../parse/statements.ts';
import { adviceFor } from './advice.ts';
import { adviceNames, type AdviceNames, type KnownNames } from './advice-names.ts';
import { checklistFor } from './checklist.ts';
import { readContext, speaksOfPull, type PullContext } from './pull-context.ts';
import { findRule } from './text-rules.ts';

/** The answer for a text, with the statement that decided and its wrappers, outermost first. */
export type Explained = Explanation & { message: string; chain: string[] };

type Reading = {
  error: PullError;
  context: PullContext;
  message: string;
  cause: Cause;
  also: Cause[];
  weight: number;
};

/** How much a reading says: a cause in so many words, one that the text leaves open, a failure without a cause, nothing. */
const weights = { sure: 4, vague: 3, other: 2, backoff: 1, none: 0 } as const;

/** A request to a registry's API or its token service, and not to another service that has a version 2. */
const asksRegistry = (url: string): boolean =>
  (url.includes('/v2/') && (/\/v2\/(?:$|\?)/.test(url) || /\/(?:manifests|blobs|tags)\//.test(url))) ||
  /\/v1\/(?:_ping|repositories\/|search)/.test(url) ||
  url.includes('scope=repository');

const readOne = (statement: Statement): Reading => {
  const error = readPullError(statement);
  const context = readContext(error.words, error.url !== null && asksRegistry(error.url));
  const reading = (cause: Cause, also: Cause[], weight: number): Reading => ({
    error,
    context,
    message: statement.text,
    cause,
    also,
    weight,
  });
  const rule = context.pull || context.foreign ? findRule(error) : null;
  // What it would be if it were of a pull.
  if (!context.pull) return reading('not-a-pull-failure', rule && !rule.vague ? [rule.cause] : [], weights.none);
  if (!rule) return context.failure ? reading('other', [], weights.other) : reading('not-a-pull-failure', [], 0);
  if (rule.cause === 'backoff-only') return reading(rule.cause, rule.also, weights.backoff);
  return reading(rule.cause, rule.also, rule.vague === true ? weights.vague : weights.sure);
};

const refused: Cause[] = ['auth-required', 'auth-denied', 'image-not-found', 'tag-not-found'];

/** Causes that explain another one told beside them: a secret that is missing is why the registry wants credentials. */
const reasons: Partial<Record<Cause, Cause[]>> = {
  'secret-problem': refused,
  'credential-provider': refused,
  'auth-denied': ['auth-required', 'image-not-found'],
  'never-pull': ['backoff-only'],
};

/** The reading that counts: the first of those that say most, unless another one is the reason for it. */
const pick = (readings: Reading[]): Reading | null => {
  const top = readings.reduce<Reading | null>(
    (best, reading) => (best === null || reading.weight > best.weight ? reading : best),
    null,
  );
  if (top === null) return null;
  const reason = readings.find(reading => reasons[reading.cause]?.includes(top.cause) === true);
  // A missing secret that no refusal followed did no harm: pulls that need none go on.
  const harmless = top.cause === 'secret-problem' || top.cause === 'credential-provider';
  const other = harmless
    ? readings.find(
        reading => reading.weight >= weights.vague && !(reading.cause in reasons) && !refused.includes(reading.cause),
      )
    : undefined;
  return reason ?? other ?? top;
};

const readAll = (text: string): Reading[] => {
  if (!speaksOfPull(text)) return [];
  const readings = readStatements(text, ' ', speaksOfPull).map(readOne);
  // A terminal that broke lines in the middle of words leaves nothing to read with blanks in between.
  const top = pick(readings);
  if (text.includes('\n') && (top === null || top.weight <= weights.other)) {
    const glued = readStatements(text, '', speaksOfPull).map(readOne);
    if ((pick(glued)?.weight ?? 0) > (top?.weight ?? 0)) return glued;
  }
  return readings;
};

const alsoOf = (top: Reading, readings: Reading[]): Cause[] => {
  if (readings.length === 1) return top.also;
  const others = readings.filter(reading => reading !== top && reading.weight >= weights.vague);
  const all = [...top.also, ...others.map(({ cause }) => cause), ...others.flatMap(({ also }) => also)];
  return [...new Set(all)].filter(cause => cause !== top.cause);
};

const { stage, owner, retry } = causeFacts('not-a-pull-failure');
/** Made once: most lines of a log get it. */
const nothingAsked = checklistFor('not-a-pull-failure', [], 'unknown');

/** The answer for what is no failed pull. */
const noFailure = (message: string, also: Cause[]): Explained => ({
  cause: 'not-a-pull-failure',
  also,
  stage,
  owner,
  retry,
  image: null,
  registry: null,
  host: null,
  title: 'this is not a failed image pull',
  checklist: nothingAsked,
  fix: [],
  message,
  chain: [],
});

/** Names the cause of an error text of any kubelet, runtime or tool, and says what to do. Offline; never throws. */
export const explainText = (text: string, known: KnownNames = {}): Explained => {
  const clean = redact(cleanText(text));
  const readings = readAll(clean);
  const top = pick(readings);
  if (top === null || top.cause === 'not-a-pull-failure') return noFailure(clean.trim(), top?.also ?? []);
  const { cause, context, error } = top;
  const told = readPodNames(clean);
  const from = (part: (error: PullError) => string | null): string | null =>
    part(error) ?? readings.map(reading => part(reading.error)).find(value => value !== null) ?? null;
  const image = from(parts => parts.image) ?? told.image ?? known.image ?? null;
  const registry = from(parts => parts.registry);
  const names = adviceNames({
    image,
    registry,
    host: error.host,
    known: { ...told, ...known },
    runtime: context.runtime,
  });
  const also = alsoOf(top, readings);
  const { title, confirm, fix } = adviceFor(cause);
  const checks = confirm(names);
  return {
    cause,
    also,
    ...causeFacts(cause),
    image,
    registry: registry ?? (names.registry === 'REGISTRY' ? null : names.registry),
    host: error.host,
    title: title(names),
    checklist: checklistFor(cause, also, context.credentials),
    fix: [...checks, ...doubts(also, checks, names), ...fix(names)],
    message: top.message,
    chain: error.chain,
  };
};

/** What to look at where the text leaves more than one cause open: the first check of each other one that is not made anyway. */
const doubts = (also: Cause[], made: FixStep[], names: AdviceNames): FixStep[] =>
  also.slice(0, 2).flatMap(cause => {
    const { title, confirm } = adviceFor(cause);
    const [check] = confirm(names);
    if (!check || cause === 'other' || made.some(step => step.run === check.run)) return [];
    return [{ ...check, say: `It may also be ${cause} (${title(names)}). ${check.say}` }];
  });
