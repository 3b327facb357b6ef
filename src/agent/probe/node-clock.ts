import { limits } from '../../model/limits.ts';
import type { Check } from '../../model/check.ts';
import { beginCheck } from './outcome.ts';

/** Compares the node's clock with the registries' `Date`: the median, so that one wrong server says nothing. Milliseconds. */
export const probeNodeClock = (skews: readonly number[]): Check => {
  const check = beginCheck('node.clock');
  const sorted = skews.toSorted((a, b) => a - b);
  const skew = sorted[Math.floor(sorted.length / 2)];
  if (skew === undefined) return check.fail({ code: 'not-told', detail: 'no registry told the time' });
  const seconds = Math.round(Math.abs(skew) / 1000);
  const facts = { skewSeconds: Math.round(skew / 1000), answers: skews.length };
  if (Math.abs(skew) <= limits.clockSkewMs)
    return check.pass(`within ${Math.max(1, seconds)} s of the registries`, facts);
  const detail = `this node's clock is ${seconds} s ${skew > 0 ? 'behind' : 'ahead of'} the registries`;
  return check.fail({ code: 'clock-skewed', detail }, facts);
};
