import type { Cause } from '../model/cause.ts';
import type { FixStep } from '../model/finding.ts';
import type { AdviceNames } from './advice-names.ts';
import { authAdvice } from './advice/auth.ts';
import { configAdvice } from './advice/config.ts';
import { imageAdvice } from './advice/image.ts';
import { networkAdvice } from './advice/network.ts';
import { nodeAdvice } from './advice/node.ts';
import { registryAdvice } from './advice/registry.ts';
import { tlsAdvice } from './advice/tls.ts';

/** What a person needs to know about a cause, with this failure's names in it. */
export type Advice = {
  title: (names: AdviceNames) => string;
  /** What it means, in one or two sentences. */
  means: string;
  /** How to see that it is so. */
  confirm: (names: AdviceNames) => FixStep[];
  fix: (names: AdviceNames) => FixStep[];
};

const advice: Record<Cause, Advice> = {
  ...imageAdvice,
  ...authAdvice,
  ...registryAdvice,
  ...networkAdvice,
  ...tlsAdvice,
  ...configAdvice,
  ...nodeAdvice,
};

/** The advice for a cause. */
export const adviceFor = (cause: Cause): Advice => advice[cause];
