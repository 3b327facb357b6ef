import { agentLimits } from './limits/agent.ts';
import { aggregatorLimits } from './limits/aggregator.ts';
import { cliLimits } from './limits/cli.ts';
import { journalLimits } from './limits/journal.ts';
import { recoverLimits } from './limits/recover.ts';
import { reportLimits } from './limits/report.ts';
import { scopeLimits } from './limits/scope.ts';
import { storeLimits } from './limits/store.ts';
import { walkLimits } from './limits/walk.ts';

/** Every timeout and bound, each with its reason, in one file for each room. Milliseconds and bytes. */
export const limits = {
  ...reportLimits,
  ...journalLimits,
  ...agentLimits,
  ...walkLimits,
  ...recoverLimits,
  ...aggregatorLimits,
  ...storeLimits,
  ...scopeLimits,
  ...cliLimits,
} as const;
