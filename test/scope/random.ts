/** A small seeded generator of numbers (mulberry32): the same cluster for the same seed, anywhere. */
export type Random = {
  next: () => number;
  int: (from: number, to: number) => number;
  chance: (part: number) => boolean;
};

export const randomOf = (seed: number): Random => {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
  const int = (from: number, to: number): number => from + Math.floor(next() * (to - from + 1));
  return { next, int, chance: part => next() < part };
};

/** Some of the items, in random order. */
export const pick = <Item>(random: Random, items: readonly Item[], count: number): Item[] => {
  const left = [...items];
  const taken: Item[] = [];
  while (taken.length < count && left.length > 0) taken.push(...left.splice(random.int(0, left.length - 1), 1));
  return taken;
};
