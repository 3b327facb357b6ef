import type { PullError } from '../parse/pull-error.ts';
import { ruleHolds, type TextRule } from './text-rule.ts';
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

/** The rule that names the cause of an error; null where none holds. */
export const findRule = (error: PullError): TextRule | null => textRules.find(rule => ruleHolds(rule, error)) ?? null;
