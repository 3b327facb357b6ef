/** How many letters must change to make one word of the other, up to a bound (Levenshtein). */
const distance = (one: string, other: string): number => {
  let row = Array.from({ length: other.length + 1 }, (_, index) => index);
  for (const [at, letter] of Array.from(one).entries()) {
    const next = [at + 1];
    for (const [index, against] of Array.from(other).entries())
      next.push(
        Math.min((row[index] ?? 0) + (letter === against ? 0 : 1), (row[index + 1] ?? 0) + 1, (next[index] ?? 0) + 1),
      );
    row = next;
  }
  return row[other.length] ?? 0;
};

/** The tag that was probably meant: one with a `v` more or less, or with at most a third of its letters changed; else null. */
export const nearestTag = (wanted: string, tags: readonly string[]): string | null => {
  const bare = (tag: string): string => tag.toLowerCase().replace(/^v(?=\d)/, '');
  const same = tags.find(tag => bare(tag) === bare(wanted));
  if (same !== undefined) return same;
  let best: { tag: string; letters: number } | null = null;
  for (const tag of tags) {
    if (Math.abs(tag.length - wanted.length) > 2) continue;
    const letters = distance(wanted, tag);
    if (letters <= Math.min(2, Math.floor(wanted.length / 3)) && letters < (best?.letters ?? Infinity))
      best = { tag, letters };
  }
  return best?.tag ?? null;
};
