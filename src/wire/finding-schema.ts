import * as v from 'valibot';
import { causes, type Cause, type Owner, type Retry, type Stage } from '../model/cause.ts';
import { limits } from '../model/limits.ts';

const recoveryStates = ['watching', 'pulling', 'pulled', 'held', 'refused'] as const;

/** A text of at most so many characters. */
export const text = (max: number): v.GenericSchema<string> => v.pipe(v.string(), v.maxLength(max));

/** A name that is printed as it is: no blanks, no control characters. */
export const word = (max: number): v.GenericSchema<string> =>
  v.pipe(v.string(), v.minLength(1), v.maxLength(max), v.regex(/^[!-~]+$/, 'must be printable ASCII without blanks'));

/** A count, or a time in epoch milliseconds: whole, not negative, exact in JSON. */
export const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0));

const isCause = (slug: string): slug is Cause => Object.hasOwn(causes, slug);
const slug = v.pipe(v.string(), v.maxLength(64));

/** A cause; one that only a newer program knows is `other` here, so that its report is not lost. */
export const causeSchema = v.pipe(
  slug,
  v.transform((name): Cause => (isCause(name) ? name : 'other')),
  v.metadata({ enum: Object.keys(causes) }),
);

/** One of the words, or null: also for a word that only a newer program knows. */
const knownOrNull = <Word extends string>(words: readonly Word[]): v.GenericSchema<string | null, Word | null> => {
  const known = new Map<string | null, Word>(words.map(word => [word, word]));
  return v.pipe(
    v.nullable(slug),
    v.transform(given => known.get(given) ?? null),
    v.metadata({ enum: [...words, null] }),
  );
};

const stages = [
  'reference',
  'config',
  'dns',
  'proxy',
  'tcp',
  'tls',
  'auth',
  'registry',
  'manifest',
  'blob',
  'unpack',
  'runtime',
] as const satisfies readonly Stage[];

/** A stage, or null where there is none or it is a newer program's. */
export const stageSchema = knownOrNull(stages);

const ownerSchema = knownOrNull<Owner>(['workload', 'credentials', 'node', 'network', 'registry', 'runtime']);
const retrySchema = knownOrNull<Retry>(['heals', 'never', 'wait']);

// Generous: these come from other programs' texts, and a report refused for one of them would be lost whole.
const imageSchema = text(limits.messageBytes);
const hostSchema = text(1024);

const checklistItem = v.object({
  question: v.picklist([1, 2, 3, 4, 5, 6]),
  answer: v.picklist(['yes', 'no', 'unknown']),
  why: text(limits.messageBytes),
});

const fixStep = v.object({ say: text(limits.messageBytes), run: v.exactOptional(text(limits.messageBytes)) });

/** One container of a pod that waits, by the names that the kubelet's lines give it. */
export const podSchema = v.object({
  namespace: text(512),
  pod: text(512),
  podUid: v.nullable(text(512)),
  container: text(512),
  attempts: count,
  firstSeen: count,
  lastSeen: count,
  nextAttemptAt: v.nullable(count),
  failedAt: v.exactOptional(count),
});

/** A check of a walk that speaks for a finding's cause. */
const evidenceSchema = v.object({
  check: word(128),
  host: v.nullable(hostSchema),
  code: v.nullable(text(128)),
  at: count,
});

/** A state that only a newer program knows is told as held back. */
const recoverySchema = v.object({
  state: v.pipe(
    slug,
    v.transform(name => recoveryStates.find(known => known === name) ?? 'held'),
  ),
  code: v.exactOptional(text(64)),
  says: text(limits.messageBytes),
});

/** A finding as an agent sends it and the API gives it. */
export const findingSchema = v.object({
  id: word(128),
  severity: v.pipe(
    v.optional(slug, 'error'),
    // A newer program's severity counts as the worst: never healthy by not knowing a word.
    v.transform((name): 'error' | 'warning' => (name === 'warning' ? 'warning' : 'error')),
    v.metadata({ enum: ['error', 'warning'] }),
  ),
  cause: causeSchema,
  also: v.optional(v.pipe(v.array(causeSchema), v.maxLength(20)), []),
  stage: v.optional(stageSchema, null),
  owner: v.optional(ownerSchema, null),
  retry: v.optional(retrySchema, null),
  image: v.nullable(imageSchema),
  registry: v.nullable(hostSchema),
  host: v.optional(v.nullable(hostSchema), null),
  title: text(limits.messageBytes),
  checklist: v.optional(v.pipe(v.array(checklistItem), v.maxLength(6)), []),
  fix: v.optional(v.pipe(v.array(fixStep), v.maxLength(20)), []),
  textCause: v.optional(v.nullable(causeSchema), null),
  message: text(limits.messageBytes),
  pods: v.optional(v.pipe(v.array(podSchema), v.maxLength(limits.findingPods)), []),
  firstSeen: count,
  lastSeen: count,
  evidence: v.exactOptional(v.pipe(v.array(evidenceSchema), v.maxLength(limits.findingEvidence))),
  recovery: v.exactOptional(recoverySchema),
});
