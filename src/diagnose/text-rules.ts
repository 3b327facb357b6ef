import type { PullError } from '../parse/pull-error.ts';
import { expandBraces, phraseFinder } from '../parse/phrases.ts';
import { partsHold, type TextRule } from './text-rule.ts';
import { authRules } from './text-rule/auth.ts';
import { backoffRules } from './text-rule/backoff.ts';
import { configRules } from './text-rule/config.ts';
import { contentRules } from './text-rule/content.ts';
import { kubeletRules } from './text-rule/kubelet.ts';
import { notFoundRules, platformRules } from './text-rule/manifest.ts';
import { referenceRules } from './text-rule/reference.ts';
import { rateRules, registryRules } from './text-rule/registry.ts';
import { runtimeRules, unpackRules } from './text-rule/runtime.ts';
import { storageRules } from './text-rule/storage.ts';
import { transportRules } from './text-rule/transport.ts';

/** Every rule, in the order in which they are tried: what is said in so many words before what is said by a wrapper. */
export const textRules: TextRule[] = [
  ...kubeletRules,
  ...referenceRules,
  ...configRules,
  ...rateRules,
  ...storageRules,
  ...contentRules,
  ...runtimeRules,
  ...transportRules,
  ...platformRules,
  ...authRules,
  ...registryRules,
  ...notFoundRules,
  ...unpackRules,
  ...backoffRules,
];

/** A phrase of a rule: the number of its first part, and the parts that must follow. */
type Phrase = { number: number; rest: string[] };

const gap = ' … ';
const numbers = new Map<string, number>();

const phraseOf = (text: string): Phrase => {
  const [first = '', ...rest] = text.split(gap);
  const number = numbers.get(first) ?? numbers.size;
  numbers.set(first, number);
  return { number, rest };
};

const compiled = textRules.map(rule => ({
  rule,
  phrases: rule.when.says?.flatMap(pattern => expandBraces(pattern).map(phraseOf)) ?? [],
}));
const firstParts = [...numbers.keys()];
const finder = phraseFinder(firstParts);

/** Whether the rest of a phrase follows its first part, in order. */
const follows = (words: string, { number, rest }: Phrase): boolean => {
  let from = words.indexOf(firstParts[number] ?? '');
  for (const part of rest) {
    from = words.indexOf(part, from + 1);
    if (from < 0) return false;
  }
  return true;
};

/** The rule that names the cause of an error; null where none holds. */
export const findRule = (error: PullError): TextRule | null => {
  const found = finder.find(error.words);
  const says = (phrases: Phrase[]): boolean =>
    phrases.some(phrase => found.has(phrase.number) && (phrase.rest.length === 0 || follows(error.words, phrase)));
  const holds = ({ rule: { when }, phrases }: (typeof compiled)[number]): boolean =>
    partsHold(when, error) &&
    ((when.says === undefined && when.like === undefined) || says(phrases) || when.like?.test(error.words) === true) &&
    when.saysNot?.test(error.words) !== true;
  return compiled.find(holds)?.rule ?? null;
};
