import type { ReportedCheck } from '../../model/check.ts';
import { readOr } from './damaged.ts';
import { unpack } from './packed.ts';
import type { CheckPeriod } from './records.ts';
import { storable } from './sql.ts';

/** What one check's outcome is now, and since when. */
export type Outcome = Omit<CheckPeriod, 'until'>;

/** One that ended. */
export type EndedOutcome = Outcome & { until: number };

/** A check's id, outcome and code. */
type Said = [check: string, outcome: Outcome['outcome'], code?: string];

/** What a report says of one registry and host: `said` is a list of `Said` as JSON, so that what is alike is told by one look. */
export type Way = { registry: string | null; host: string | null; said: string };

/** And since when: `from`, but for the checks that began at another time. */
type DatedWay = Way & { from: number; other: [check: string, from: number][] };

/** The outcomes of a node's checks by registry and host: most of them stay as they are for days. */
export type Outcomes = Map<string, DatedWay>;

const weights = { skip: 0, pass: 1, fail: 2 } as const;

const storableOrNull = (text: string | null): string | null => (text === null ? null : storable(text));

// No NUL is left in the names, so it keeps them apart.
const keyOf = ({ registry, host }: Pick<Way, 'registry' | 'host'>): string => `${registry ?? ''}\0${host ?? ''}`;

/** The outcomes of a report’s checks, one for each registry, host and check id: of several addresses or nameservers the worst tells. */
export const waysOf = (checks: readonly ReportedCheck[]): Way[] => {
  const ways = new Map<string, Pick<Way, 'registry' | 'host'> & { said: Map<string, Said> }>();
  let last: { registry: string | undefined; host: string | undefined } | null = null;
  let worst = new Map<string, Said>();
  for (const { id, registry, host, outcome, code } of checks) {
    // Checks of one way come one after the other.
    if (last === null || last.registry !== registry || last.host !== host) {
      last = { registry, host };
      const names = { registry: storableOrNull(registry ?? null), host: storableOrNull(host ?? null) };
      const way = ways.get(keyOf(names)) ?? { ...names, said: new Map<string, Said>() };
      ways.set(keyOf(names), way);
      worst = way.said;
    }
    const known = worst.get(id);
    if (known && weights[outcome] <= weights[known[1]]) continue;
    worst.set(id, code === null ? [id, outcome] : [id, outcome, storable(code)]);
  }
  return Array.from(ways.values(), ({ said, ...names }) => ({ ...names, said: JSON.stringify([...said.values()]) }));
};

/** None where what was stored of them cannot be read any more. */
const outcomesOfWay = ({ registry, host, said, from, other }: DatedWay): Outcome[] =>
  readOr([], () => {
    const times = new Map(other);
    return (JSON.parse(said) as Said[]).map(([check, outcome, code = null]) => ({
      ...{ registry, host, check, outcome, code, from: times.get(check) ?? from },
    }));
  });

/** Each by itself, as questions ask for them. */
export const listed = (outcomes: Outcomes): Outcome[] => [...outcomes.values()].flatMap(outcomesOfWay);

/** A way that says something else than before: what stayed keeps its time, and what did not is told as ended. */
const redated = (held: DatedWay, way: Way, now: number): { way: DatedWay; ended: EndedOutcome[] } => {
  const before = new Map(outcomesOfWay(held).map(one => [one.check, one]));
  const other: DatedWay['other'] = [];
  for (const { check, outcome, code } of outcomesOfWay({ ...way, from: now, other: [] })) {
    const one = before.get(check);
    const stays = one?.outcome === outcome && one.code === code;
    const from = stays ? one.from : now;
    if (from !== held.from) other.push([check, from]);
    if (stays) before.delete(check);
  }
  const ended = Array.from(before.values(), one => ({ ...one, until: now }));
  return { way: { ...way, from: held.from, other }, ended };
};

/** The outcomes after a full report, with those that ended with it: changed, or not made any more. */
export const nextOutcomes = (
  held: Outcomes,
  ways: readonly Way[],
  now: number,
): { outcomes: Outcomes; ended: EndedOutcome[]; isSame: boolean } => {
  const outcomes: Outcomes = new Map();
  const ended: EndedOutcome[] = [];
  const gone = new Map(held);
  let isSame = true;
  for (const way of ways) {
    const key = keyOf(way);
    const before = held.get(key);
    gone.delete(key);
    if (before?.said === way.said) {
      outcomes.set(key, before);
      continue;
    }
    isSame = false;
    const next = before ? redated(before, way, now) : { way: { ...way, from: now, other: [] }, ended: [] };
    outcomes.set(key, next.way);
    ended.push(...next.ended);
  }
  for (const way of gone.values()) ended.push(...outcomesOfWay(way).map(one => ({ ...one, until: now })));
  return { outcomes, ended, isSame: isSame && gone.size === 0 };
};

/** Most ways say the same: what they say stands there once. */
type Stored = {
  said: string[];
  ways: [registry: string | null, host: string | null, said: number, from: number, other: DatedWay['other']][];
};

/** As they are stored. */
export const packOutcomes = (outcomes: Outcomes): string => {
  const numbers = new Map<string, number>();
  const ways: Stored['ways'] = [];
  for (const { registry, host, said, from, other } of outcomes.values()) {
    const number = numbers.get(said) ?? numbers.size;
    numbers.set(said, number);
    ways.push([registry, host, number, from, other]);
  }
  const stored: Stored = { said: [...numbers.keys()], ways };
  return JSON.stringify(stored);
};

/** An earlier version stored a list: of each registry and host what began at one time, or each outcome by itself. */
type Earlier = Outcome | (Pick<Outcome, 'registry' | 'host' | 'from'> & { checks: Said[] });

const fromEarlier = (list: Earlier[]): Outcomes => {
  const outcomes: Outcomes = new Map();
  for (const one of list) {
    const { registry, host, from } = one;
    const checks: Said[] =
      'checks' in one
        ? one.checks
        : [one.code === null ? [one.check, one.outcome] : [one.check, one.outcome, one.code]];
    const way = outcomes.get(keyOf(one)) ?? { registry, host, said: '[]', from, other: [] };
    const said = [...(JSON.parse(way.said) as Said[]), ...checks];
    const other = from === way.from ? [] : checks.map(([check]): [string, number] => [check, from]);
    outcomes.set(keyOf(one), { ...way, said: JSON.stringify(said), other: [...way.other, ...other] });
  }
  return outcomes;
};

/** Those that are stored; none where they cannot be read any more. */
export const unpackOutcomes = (stored: string): Outcomes =>
  readOr<Outcomes>(new Map(), () => {
    const read = JSON.parse(unpack(stored)) as Stored | Earlier[];
    if (Array.isArray(read)) return fromEarlier(read);
    return new Map(
      read.ways.map(([registry, host, number, from, other]) => {
        const way = { registry, host, said: read.said[number] ?? '[]', from, other };
        return [keyOf(way), way] as const;
      }),
    );
  });
