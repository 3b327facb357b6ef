import { causeFacts, type Cause } from '../model/cause.ts';

/** True for causes that say nothing about why: a real cause replaces them, and never the other way round. */
export const isVague = (cause: Cause): boolean =>
  causeFacts(cause).stage === null || cause === 'pull-cancelled' || cause === 'pull-qps-exceeded';
