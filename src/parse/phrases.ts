/** Which phrases of a fixed list occur in a text, each beginning where a word or a sign begins. */
export type PhraseFinder = {
  /** Numbers of the phrases found, in the order of the text; one that occurs twice is there twice. */
  find(text: string): number[];
  /** Whether any occurs. */
  any(text: string): boolean;
};

/** A phrase with its last character, which is compared first: most candidates differ there. */
type Entry = { phrase: string; number: number; last: number; end: number };

const none: Entry[] = [];

/** Characters as five bits: letters, blank, digits as one, all others as two; what it cannot tell apart is compared anyway. */
const classes = Uint8Array.from({ length: 128 }, (_none, code) => {
  if (code >= 97 && code <= 122) return code - 96;
  if (code === 32) return 27;
  return code >= 48 && code <= 57 ? 28 : 29;
});

const lastLetter = 26;
const classOf = (code: number): number => (code < 128 ? (classes[code] ?? 0) : 30);

const keyAt = (text: string, at: number): number =>
  (classOf(text.charCodeAt(at)) << 10) | (classOf(text.charCodeAt(at + 1)) << 5) | classOf(text.charCodeAt(at + 2));

/**
 * Looks for all phrases in one pass: a text of 300 characters and 500 phrases would be 150,000 comparisons otherwise.
 * Phrases are lower case and at least three characters long; those with equal beginnings share a bucket.
 */
export const phraseFinder = (phrases: string[]): PhraseFinder => {
  const bucketAt = new Uint16Array(32_768);
  const buckets: Entry[][] = [none];
  phrases.forEach((phrase, number) => {
    const key = keyAt(phrase, 0);
    if (bucketAt[key] === 0) bucketAt[key] = buckets.push([]) - 1;
    buckets[bucketAt[key] ?? 0]?.push({
      phrase,
      number,
      last: phrase.length - 1,
      end: phrase.charCodeAt(phrase.length - 1),
    });
  });
  /** Calls `hit` for each occurrence until it says that it has enough. */
  const scan = (text: string, hit: (number: number) => boolean): boolean => {
    let isInWord = false;
    for (let at = 0; at + 2 < text.length; at += 1) {
      const kind = classOf(text.charCodeAt(at));
      const goesOn = isInWord && kind <= lastLetter;
      isInWord = kind <= lastLetter;
      if (goesOn) continue;
      const bucket = bucketAt[keyAt(text, at)] ?? 0;
      if (bucket === 0) continue;
      for (const { phrase, number, last, end } of buckets[bucket] ?? none)
        if (text.charCodeAt(at + last) === end && text.startsWith(phrase, at) && hit(number)) return true;
    }
    return false;
  };
  return {
    find: text => {
      const found: number[] = [];
      scan(text, number => {
        found.push(number);
        return false;
      });
      return found;
    },
    any: text => scan(text, () => true),
  };
};

/** Writes `unable to {read,load} {ca,cert}` out, as a shell does: four phrases. */
export const expandBraces = (pattern: string): string[] => {
  const match = /^([^{]*)\{([^}]*)\}(.*)$/.exec(pattern);
  if (!match) return [pattern];
  const [, before = '', choices = '', after = ''] = match;
  return choices.split(',').flatMap(choice => expandBraces(`${before}${choice}${after}`));
};
