import { causeFacts, type Cause } from '../model/cause.ts';
import type { Explanation, FixStep } from '../model/finding.ts';
import { limits } from '../model/limits.ts';
import { cleanText } from '../parse/clean-text.ts';
import { namedImage, sameImage } from '../parse/named-image.ts';
import { isDescribePage, readPodNames, readWaiting, type PodNames } from '../parse/pod-names.ts';
import type { PullError } from '../parse/pull-error.ts';
import { redact } from '../parse/redact.ts';
import { readStatements } from '../parse/statements.ts';
import { adviceFor } from './advice.ts';
import { adviceNames, type AdviceNames, type KnownNames } from './advice-names.ts';
import { checklistFor } from './checklist.ts';
import { failuresOf, podIn, type Failure } from './failures.ts';
import { speaksOfPull } from './pull-context.ts';
import { alsoOf, pick, readOne, weights, type Reading } from './reading.ts';
import { readRuntime } from './runtime.ts';

/** Another failed pull that the same text tells of; its message alone gets an answer of its own. */
export type OtherFailure = { image: string | null; cause: Cause; title: string; message: string };

/** The answer for a text: of one failed pull, with the statement that decided and its wrappers, outermost first. */
export type Explained = Explanation & {
  message: string;
  chain: string[];
  /** The other pulls that failed in the text; missing where it tells of one. At most `limits.explainOthers`. */
  others?: OtherFailure[];
};

/** `Reason: InvalidImageName` on a describe page is of the container that it stands below, whose event says more. */
const nameWaiting = (readings: Reading[], page: string): Reading[] => {
  const waiting = readWaiting(page);
  return readings.map(reading => {
    const reason = /^Reason:\s{1,20}(\w{1,40})$/.exec(reading.statement.text)?.[1];
    const at = waiting.findIndex(container => container.reason === reason);
    const { image = null } = (at < 0 ? [] : waiting.splice(at, 1))[0] ?? {};
    const weight = Math.min(reading.weight, weights.vague);
    return image === null ? reading : { ...reading, weight, error: { ...reading.error, image } };
  });
};

const readPage = (page: string): Reading[] => {
  const read = (glue: ' ' | ''): Reading[] =>
    readStatements(page, glue, speaksOfPull).map(statement => readOne(statement, page));
  const readings = read(' ');
  // A terminal that broke lines in the middle of words leaves nothing to read with blanks in between.
  const top = pick(readings);
  if (page.includes('\n') && (top === null || top.weight <= weights.other)) {
    const glued = read('');
    if ((pick(glued)?.weight ?? 0) > (top?.weight ?? 0)) return glued;
  }
  return readings.length > 1 && isDescribePage(page) ? nameWaiting(readings, page) : readings;
};

/** Where the next page of `kubectl describe` begins. */
const nextPage = /\n(?=Name: {1,20}\S)/;

const readAll = (text: string): Reading[] => {
  if (!speaksOfPull(text)) return [];
  if (!isDescribePage(text)) return readPage(text);
  return text.split(nextPage, limits.explainStatements).flatMap(readPage);
};

/** The pod that the failure's own statements tell, the one that counts first; null where none does. */
const toldPod = ({ top, readings }: Failure): PodNames | null =>
  [top, ...readings].map(podIn).find(({ pod }) => pod !== undefined) ?? null;

/** What the text tells of the pod of its only failed pull. */
const podOf = (failure: Failure, image: string | null): PodNames => {
  const { top, readings } = failure;
  const page = readPodNames(top.page, image);
  return readings.length === 1 || isDescribePage(top.page) ? page : (toldPod(failure) ?? page);
};

/** What a text of several failed pulls tells of the pod of one: nothing that is of another. */
const podAmong = (failure: Failure, image: string | null): PodNames => {
  const { page } = failure.top;
  if (!isDescribePage(page)) return toldPod(failure) ?? {};
  const { container, image: waits, ...names } = readPodNames(page, image);
  const isOwn = image !== null && waits !== undefined && sameImage(namedImage(waits), namedImage(image));
  return isOwn && container !== undefined ? { ...names, container } : names;
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

/** The names of a failed pull, and what of them the text itself gives. */
const namesOf = (
  failure: Failure,
  known: KnownNames,
  alone: boolean,
): { image: string | null; registry: string | null; names: AdviceNames } => {
  const { top, readings } = failure;
  const from = (part: (error: PullError) => string | null): string | null =>
    part(top.error) ?? readings.map(reading => part(reading.error)).find(value => value !== null) ?? null;
  const named = from(parts => parts.image);
  const told = (alone ? podOf : podAmong)(failure, named);
  const image = named ?? told.image ?? known.image ?? null;
  const registry = from(parts => parts.registry);
  const { context, error } = top;
  const runtime = readRuntime(top.statement.text, top.page, context.runtime);
  const given = { image, registry, host: error.host, known: { ...told, ...known }, runtime };
  return { image, registry, names: adviceNames(given) };
};

const otherOf = (failure: Failure): OtherFailure => {
  const { cause, statement } = failure.top;
  const { image, names } = namesOf(failure, {}, false);
  return { image, cause, title: adviceFor(cause).title(names), message: statement.text.slice(0, limits.messageBytes) };
};

/** Names the cause of an error text of any kubelet, runtime or tool, and says what to do. Offline; never throws. */
export const explainText = (text: string, known: KnownNames = {}): Explained => {
  const clean = redact(cleanText(text));
  const [failure, ...others] = failuresOf(readAll(clean));
  if (failure === undefined || failure.top.cause === 'not-a-pull-failure')
    return noFailure(clean.trim(), failure?.top.also ?? []);
  const { top, readings } = failure;
  const { cause, context, error } = top;
  const { image, registry, names } = namesOf(failure, known, others.length === 0);
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
    message: top.statement.text,
    chain: error.chain,
    ...(others.length === 0 ? {} : { others: others.slice(0, limits.explainOthers).map(otherOf) }),
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
