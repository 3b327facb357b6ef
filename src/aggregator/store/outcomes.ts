import type { ReportedCheck } from '../../model/check.ts';
import { pack, unpack } from './packed.ts';
import type { CheckPeriod } from './records.ts';
import { storable } from './sql.ts';
import { readOr } from './damaged.ts';

/** What one check's outcome is now, and since when. */
export type Outcome = Omit<CheckPeriod, 'until'>;

/** One that ended. */
export type EndedOutcome = Outcome & { until: number };

/** Outcomes by registry and host, and there by the check's id: most of a node's stay as they are for days. */
export type Outcomes = Map<string, Map<string, Outcome>>;

const weights = { skip: 0, pass: 1, fail: 2 } as const;

const storableOrNull = (text: string | null): string | null => (text === null ? null : storable(text));

// No NUL is left in the names, so it keeps them apart.
const wayOf = (registry: string | null, host: string | null): string => `${registry ?? ''}\0${host ?? ''}`;

const at = (outcomes: Outcomes, way: string): Map<string, Outcome> => {
  const held = outcomes.get(way) ?? new Map<string, Outcome>();
  outcomes.set(way, held);
  return held;
};

/** The outcomes of a report’s checks, as begun now: one for each registry, host and check id: of several addresses or nameservers the worst tells. */
export const outcomesOf = (checks: ReportedCheck[], now: number): Outcomes => {
  const outcomes: Outcomes = new Map();
  let last: { registry: string | undefined; host: string | undefined } | null = null;
  let names: Pick<Outcome, 'registry' | 'host'> = { registry: null, host: null };
  let worst = new Map<string, Outcome>();
  for (const { id, registry, host, outcome, code } of checks) {
    // Checks of one way come one after the other.
    if (last === null || last.registry !== registry || last.host !== host) {
      last = { registry, host };
      names = { registry: storableOrNull(registry ?? null), host: storableOrNull(host ?? null) };
      worst = at(outcomes, wayOf(names.registry, names.host));
    }
    const known = worst.get(id);
    if (known && weights[outcome] <= weights[known.outcome]) continue;
    worst.set(id, { ...names, check: id, outcome, code: storableOrNull(code), from: now });
  }
  return outcomes;
};

/** Dates the outcomes of a full report by those held before; gives those that ended with it: changed, or not made any more. */
export const nextOutcomes = (
  held: Outcomes,
  outcomes: Outcomes,
  now: number,
): { ended: EndedOutcome[]; isSame: boolean } => {
  const ended: EndedOutcome[] = [];
  let kept = 0;
  for (const [way, before] of held) {
    const after = outcomes.get(way);
    for (const [check, one] of before) {
      const next = after?.get(check);
      if (next === undefined || next.outcome !== one.outcome || next.code !== one.code)
        ended.push({ ...one, until: now });
      else {
        next.from = one.from;
        kept += 1;
      }
    }
  }
  const count = [...outcomes.values()].reduce((sum, way) => sum + way.size, 0);
  return { ended, isSame: ended.length === 0 && kept === count };
};

/** Of one registry and host what began at one time: each check's id, outcome and code. */
type Stretch = Pick<Outcome, 'registry' | 'host' | 'from'> & {
  checks: [check: string, outcome: Outcome['outcome'], code?: string][];
};

/** As they are stored. */
export const packOutcomes = (outcomes: Outcomes): string => {
  const stretches: Stretch[] = [];
  for (const way of outcomes.values()) {
    const mine = new Map<number, Stretch>();
    for (const { registry, host, from, check, outcome, code } of way.values()) {
      const stretch = mine.get(from) ?? { registry, host, from, checks: [] };
      mine.set(from, stretch);
      stretch.checks.push(code === null ? [check, outcome] : [check, outcome, code]);
    }
    stretches.push(...mine.values());
  }
  return pack(JSON.stringify(stretches));
};

/** Those that are stored; an earlier version stored each by itself. */
export const unpackOutcomes = (stored: string): Outcomes => {
  const outcomes: Outcomes = new Map();
  for (const one of readOr([], () => JSON.parse(unpack(stored)) as (Stretch | Outcome)[])) {
    const way = at(outcomes, wayOf(one.registry, one.host));
    if ('check' in one) way.set(one.check, one);
    else
      for (const [check, outcome, code = null] of one.checks)
        way.set(check, { registry: one.registry, host: one.host, check, outcome, code, from: one.from });
  }
  return outcomes;
};
