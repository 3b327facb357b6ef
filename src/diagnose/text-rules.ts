import type { PullError } from '../parse/pull-error.ts';
import { expandBraces, phraseFinder } from '../parse/phrases.ts';
import { noCondition, partsHold, type TextRule } from './text-rule.ts';
import { authRules } from './text-rule/auth.ts';
import { backoffRules } from './text-rule/backoff.ts';
import { configRules } from './text-rule/config.ts';
import { contentRules } from './text-rule/content.ts';
import { kubeletRules } from './text-rule/kubelet.ts';
import { notFoundRules, platformRules } from './text-rule/manifest.ts';
import { networkRules } from './text-rule/network.ts';
import { reachRules } from './text-rule/reach.ts';
import { referenceRules } from './text-rule/reference.ts';
import { rateRules, registryRules } from './text-rule/registry.ts';
import { runtimeRules, unpackRules } from './text-rule/runtime.ts';
import { storageRules } from './text-rule/storage.ts';
import { tlsRules } from './text-rule/tls.ts';
import { wayRules } from './text-rule/way.ts';

/** Every rule, in the order in which they are tried: what is said in so many words before what is said by a wrapper. */
export const textRules: TextRule[] = [
  ...kubeletRules,
  ...referenceRules,
  ...configRules,
  ...rateRules,
  ...storageRules,
  ...contentRules,
  ...runtimeRules,
  // Between the node and the host, in the order in which one hides the other.
  ...wayRules,
  ...tlsRules,
  ...reachRules,
  ...networkRules,
  ...platformRules,
  ...authRules,
  ...registryRules,
  ...notFoundRules,
  ...unpackRules,
  ...backoffRules,
];

/** A phrase of a rule: its parts after the first must follow it in the text. */
type Phrase = { rule: number; parts: string[] };

const gap = ' … ';

/** Every rule's phrases, found by their first part: a text is looked through once for all of them. */
const finder = phraseFinder<Phrase>(
  textRules.flatMap(({ when }, rule) =>
    (when.says ?? []).flatMap(expandBraces).map((text): [string, Phrase] => {
      const parts = text.split(gap);
      return [parts[0] ?? '', { rule, parts }];
    }),
  ),
);

/** Whether a phrase's parts are in the words, in order. */
const isWhole = (words: string, parts: string[]): boolean => {
  let from = -1;
  for (const part of parts) {
    from = words.indexOf(part, from + 1);
    if (from < 0) return false;
  }
  return true;
};

/** Conditions with every key, so that all have one shape: V8 reads those many times faster. */
const conditions = textRules.map(({ when }) => ({ ...noCondition, ...when }));

/** 1 for the rules that do not ask for a phrase. */
const wordless = Uint8Array.from(conditions, when => (when.says === null ? 1 : 0));

/** The rule that names the cause of an error; null where none holds. */
export const findRule = (error: PullError): TextRule | null => {
  const { words } = error;
  const open = wordless.slice();
  // Each phrase once: to look for its further parts goes over the whole text.
  for (const { rule, parts } of new Set(finder.find(words)))
    if (open[rule] === 0 && (parts.length === 1 || isWhole(words, parts))) open[rule] = 1;
  for (let rule = 0; rule < conditions.length; rule += 1) {
    if (open[rule] === 0) continue;
    const when = conditions[rule] ?? noCondition;
    if (partsHold(when, error) && when.like?.test(words) !== false && when.saysNot?.test(words) !== true)
      return textRules[rule] ?? null;
  }
  return null;
};
