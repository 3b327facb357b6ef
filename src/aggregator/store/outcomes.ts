import type { ReportedCheck } from '../../model/check.ts';
import type { CheckPeriod } from './records.ts';
import { storable } from './sql.ts';

/** What one check's outcome is now, and since when. */
export type Outcome = Omit<CheckPeriod, 'until'>;

/** One that ended. */
export type EndedOutcome = Outcome & { until: number };

const weights = { skip: 0, pass: 1, fail: 2 } as const;

const storableOrNull = (text: string | null): string | null => (text === null ? null : storable(text));

// No NUL is left in the names, so it keeps them apart.
const keyOf = ({ registry, host, check }: Pick<Outcome, 'registry' | 'host' | 'check'>): string =>
  `${registry ?? ''}\0${host ?? ''}\0${check}`;

/** One outcome for each registry, host and check id: of several addresses or nameservers the worst tells. */
const outcomesOf = (checks: ReportedCheck[], now: number): Map<string, Outcome> => {
  const worst = new Map<string, Outcome>();
  for (const { id, registry = null, host = null, outcome, code } of checks) {
    const [a, b, c] = [registry, host, code].map(storableOrNull);
    const one: Outcome = { registry: a ?? null, host: b ?? null, check: id, outcome, code: c ?? null, from: now };
    const key = keyOf(one);
    const known = worst.get(key);
    if (!known || weights[outcome] > weights[known.outcome]) worst.set(key, one);
  }
  return worst;
};

/** The outcomes after a full report, and those that ended with it: changed, or not made any more. */
export const nextOutcomes = (
  held: readonly Outcome[],
  checks: ReportedCheck[],
  now: number,
): { outcomes: Outcome[]; ended: EndedOutcome[]; isSame: boolean } => {
  const next = outcomesOf(checks, now);
  const ended: EndedOutcome[] = [];
  for (const before of held) {
    const key = keyOf(before);
    const after = next.get(key);
    if (after && after.outcome === before.outcome && after.code === before.code) next.set(key, before);
    else ended.push({ ...before, until: now });
  }
  const outcomes = [...next.values()];
  return { outcomes, ended, isSame: ended.length === 0 && outcomes.length === held.length };
};
