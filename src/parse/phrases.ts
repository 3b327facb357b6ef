/** Looks a text through for the phrases of a fixed list, each of which stands for something: a rule, a fault, a word class. */
export type PhraseFinder<Key> = {
  /** What the phrases found stand for, once for each time that one ends in the text. ASCII letters of both cases are the same. */
  find(text: string): Key[];
  /** Whether any occurs. */
  any(text: string): boolean;
};

/** The tables of an automaton after Aho and Corasick: one step for each character of the text, however many phrases there are. */
type Automaton<Key> = {
  /** Column of each ASCII character, letters of both cases in one; 0 for those in no phrase. */
  columns: Uint8Array;
  /** Columns of the others. */
  rareColumns: ReadonlyMap<number, number>;
  width: number;
  /** The next state for `state * width + column`; 0 is the beginning of every phrase. */
  next: Uint16Array;
  /** For each state what phrases that end there stand for; null for most. */
  found: (Key[] | null)[];
  /** 1 for the states that have found something. */
  ends: Uint8Array;
};

/** Gives each character of the phrases a column. */
const readColumns = (phrases: string[]): Pick<Automaton<never>, 'columns' | 'rareColumns' | 'width'> => {
  const letters = [...new Set(phrases.join('').split(''))].sort();
  const columns = new Uint8Array(128);
  const rareColumns = new Map<number, number>();
  for (const [index, letter] of letters.entries()) {
    const code = letter.charCodeAt(0);
    if (code >= 128) rareColumns.set(code, index + 1);
    else columns[code] = index + 1;
    if (/[a-z]/.test(letter)) columns[code - 32] = index + 1;
  }
  return { columns, rareColumns, width: letters.length + 1 };
};

/** Fills in where each state goes on at a character that its own phrases do not have: where the longest end of what was read goes. */
const linkStates = <Key>({ next, found, width }: Automaton<Key>, states: number): void => {
  const fallback = new Uint16Array(states);
  const queue: number[] = [0];
  for (const state of queue)
    for (let column = 0; column < width; column += 1) {
      const at = state * width + column;
      const child = next[at] ?? 0;
      const other = state === 0 ? 0 : (next[(fallback[state] ?? 0) * width + column] ?? 0);
      if (child === 0) next[at] = other;
      else {
        fallback[child] = other;
        const inherited = found[other];
        if (inherited) found[child] = [...(found[child] ?? []), ...inherited];
        queue.push(child);
      }
    }
};

const buildAutomaton = <Key>(entries: [string, Key][]): Automaton<Key> => {
  const phrases = entries.map(([phrase]) => phrase);
  const { columns, rareColumns, width } = readColumns(phrases);
  const starts = new Set(
    phrases.flatMap(phrase => Array.from({ length: phrase.length }, (_none, at) => phrase.slice(0, at + 1))),
  );
  // The short ones, which are met at every word, stand together: they stay in the processor's cache.
  const inOrder = ['', ...[...starts].sort((one, other) => one.length - other.length)];
  const beginnings = new Map(inOrder.map((start, state) => [start, state]));
  const states = inOrder.length;
  if (states > 0xffff) throw new Error(`too many phrases: ${states} states`);
  const next = new Uint16Array(states * width);
  const found = Array.from({ length: states }, (): Key[] | null => null);
  for (const [start, state] of beginnings) {
    if (start === '') continue;
    const before = beginnings.get(start.slice(0, -1)) ?? 0;
    const code = start.charCodeAt(start.length - 1);
    next[before * width + (columns[code] ?? rareColumns.get(code) ?? 0)] = state;
  }
  for (const [phrase, key] of entries) {
    const state = beginnings.get(phrase) ?? 0;
    found[state] = [...(found[state] ?? []), key];
  }
  const automaton = { columns, rareColumns, width, next, found, ends: new Uint8Array(states) };
  linkStates(automaton, states);
  for (const [state, keys] of found.entries()) automaton.ends[state] = keys === null ? 0 : 1;
  return automaton;
};

/** A finder of lower-case phrases, each with what it stands for; made when it is first needed. */
export const phraseFinder = <Key>(entries: [string, Key][]): PhraseFinder<Key> => {
  let made: Automaton<Key> | null = null;
  return {
    find: text => {
      const { columns, rareColumns, width, next, found, ends } = (made ??= buildAutomaton(entries));
      const keys: Key[] = [];
      let state = 0;
      for (let at = 0; at < text.length; at += 1) {
        const code = text.charCodeAt(at);
        const column = code < 128 ? (columns[code] ?? 0) : (rareColumns.get(code) ?? 0);
        state = next[state * width + column] ?? 0;
        if (ends[state] === 1) for (const key of found[state] ?? []) keys.push(key);
      }
      return keys;
    },
    // By itself, though alike: most lines of a log go no further than here.
    any: text => {
      const { columns, rareColumns, width, next, ends } = (made ??= buildAutomaton(entries));
      let state = 0;
      for (let at = 0; at < text.length; at += 1) {
        const code = text.charCodeAt(at);
        const column = code < 128 ? (columns[code] ?? 0) : (rareColumns.get(code) ?? 0);
        state = next[state * width + column] ?? 0;
        if (ends[state] === 1) return true;
      }
      return false;
    },
  };
};

/** Writes `unable to {read,load} {ca,cert}` out, as a shell does: four phrases. */
export const expandBraces = (pattern: string): string[] => {
  const match = /^([^{]*)\{([^}]*)\}(.*)$/.exec(pattern);
  if (!match) return [pattern];
  const [, before = '', choices = '', after = ''] = match;
  return choices.split(',').flatMap(choice => expandBraces(`${before}${choice}${after}`));
};
