import t from 'tap';
import { limits } from '../../src/model/limits.ts';
import { firstTraitTimes, nextTraitTimes, sinceByName, type TraitTimes } from '../../src/scope/trait-times.ts';

const start = 1_700_000_000_000;
const later = start + limits.traitSettleMs + 1;

type Said = { at: number; traits: Record<string, string> };

/** The times by name after a node said one after the other. */
const after = (...said: Said[]): { since: Record<string, number>; times: TraitTimes } => {
  let held = { traits: new Map(Object.entries(said[0]?.traits ?? {})), times: firstTraitTimes(said[0]?.at ?? 0) };
  for (const { at, traits } of said.slice(1)) {
    const now = new Map(Object.entries(traits));
    held = { traits: now, times: nextTraitTimes(held, now, at) };
  }
  return { since: Object.fromEntries(sinceByName(held.times)), times: held.times };
};

const cases: { name: string; said: Said[]; since: Record<string, number> }[] = [
  {
    name: 'what a node says first was so before anyone looked',
    said: [{ at: start, traits: { x: 'a' } }],
    since: {},
  },
  {
    name: 'another value is a change, and the same again is none',
    said: [
      { at: start, traits: { x: 'a', y: 'a' } },
      { at: start + 10, traits: { x: 'b', y: 'a' } },
      { at: later, traits: { x: 'b', y: 'a' } },
    ],
    since: { x: start + 10 },
  },
  {
    name: 'a start tells its settings one after the other',
    said: [
      { at: start, traits: { runtime: '1' } },
      { at: start + 5000, traits: { runtime: '1', x: 'a' } },
    ],
    since: {},
  },
  {
    name: 'a setting that comes later is new',
    said: [
      { at: start, traits: { x: 'a' } },
      { at: later, traits: { x: 'a', y: 'b' } },
    ],
    since: { y: later },
  },
  {
    name: 'a setting that is gone is gone since then',
    said: [
      { at: start, traits: { x: 'a', y: 'b' } },
      { at: later, traits: { x: 'a' } },
      { at: later + 9000, traits: { x: 'c' } },
    ],
    since: { y: later, x: later + 9000 },
  },
  {
    name: 'an agent that starts again tells nothing for a moment, and nothing changed',
    said: [
      { at: start, traits: { x: 'a', y: 'a' } },
      { at: later, traits: { x: 'b', y: 'a' } },
      { at: later + 1000, traits: {} },
      { at: later + 5000, traits: { x: 'b', y: 'a' } },
    ],
    since: { x: later },
  },
  {
    name: 'what comes back as another one changed as it came back',
    said: [
      { at: start, traits: { x: 'a' } },
      { at: start + 1000, traits: {} },
      { at: start + 2000, traits: { x: 'b' } },
    ],
    since: { x: start + 2000 },
  },
  {
    name: 'what was away for long is so since it came back',
    said: [
      { at: start, traits: { x: 'a' } },
      { at: later, traits: {} },
      { at: later + limits.traitGapMs + 1, traits: { x: 'a' } },
    ],
    since: { x: later + limits.traitGapMs + 1 },
  },
];

for (const { name, said, since } of cases)
  t.test(name, t => {
    t.same(after(...said).since, since);
    t.end();
  });

t.test('what is gone is remembered in bounds, the newest of it', t => {
  const many = Object.fromEntries(Array.from({ length: 3 * limits.traitsGone }, (_, index) => [`t${index}`, 'v']));
  const { times } = after(
    { at: start, traits: { ...many, first: 'v' } },
    { at: start + 1, traits: many },
    { at: later, traits: {} },
  );
  t.equal(times.gone.length, limits.traitsGone);
  t.equal(times.gone.at(-1)?.name, `t${3 * limits.traitsGone - 1}`);
  t.end();
});

t.test('where nothing changed the very same times are given', t => {
  const held = { traits: new Map([['x', 'a']]), times: firstTraitTimes(start) };
  t.equal(nextTraitTimes(held, new Map([['x', 'a']]), later), held.times);
  t.end();
});
