/** One piece of a pattern: any number of letters, or one letter of a set. */
type Piece = 'star' | ((letter: string) => boolean);

/** A letter of a set, and where the next begins; null where Go refuses it. */
const readLetter = (letters: readonly string[], at: number): { letter: string; next: number } | null => {
  const first = letters[at];
  if (first === undefined || first === '-' || first === ']') return null;
  if (first !== '\\') return { letter: first, next: at + 1 };
  const escaped = letters[at + 1];
  return escaped === undefined ? null : { letter: escaped, next: at + 2 };
};

/** A set from behind its bracket: `[a-z]`, `[^ab]`. Null where Go refuses it. */
const readSet = (letters: readonly string[], begin: number): { piece: Piece; next: number } | null => {
  const negated = letters[begin] === '^';
  const ranges: [string, string][] = [];
  let at = negated ? begin + 1 : begin;
  while (letters[at] !== ']' || ranges.length === 0) {
    const low = readLetter(letters, at);
    if (low === null) return null;
    const high = letters[low.next] === '-' ? readLetter(letters, low.next + 1) : low;
    if (high === null) return null;
    ranges.push([low.letter, high.letter]);
    at = high.next;
  }
  const codeOf = (letter: string): number => letter.codePointAt(0) ?? 0;
  const isIn = (letter: string): boolean =>
    ranges.some(([low, high]) => codeOf(low) <= codeOf(letter) && codeOf(letter) <= codeOf(high));
  return { piece: letter => isIn(letter) !== negated, next: at + 1 };
};

const readPieces = (pattern: string): Piece[] | null => {
  const letters = Array.from(pattern);
  const pieces: Piece[] = [];
  for (let at = 0; at < letters.length;) {
    const letter = letters[at] ?? '';
    at += 1;
    if (letter === '*') pieces.push('star');
    else if (letter === '?') pieces.push(other => other !== '/');
    else if (letter === '[') {
      const set = readSet(letters, at);
      if (set === null) return null;
      pieces.push(set.piece);
      at = set.next;
    } else {
      const meant = letter === '\\' ? letters[at] : letter;
      if (meant === undefined) return null;
      if (letter === '\\') at += 1;
      pieces.push(other => other === meant);
    }
  }
  return pieces;
};

/** Goes back to the last star alone, which is enough: at most so many steps as both lengths multiplied. */
const matches = (pieces: readonly Piece[], text: readonly string[]): boolean => {
  let [piece, letter, star, starLetter] = [0, 0, -1, 0];
  while (letter < text.length) {
    const now = pieces[piece];
    if (now === 'star') {
      [star, starLetter] = [piece, letter];
      piece += 1;
    } else if (now?.(text[letter] ?? '') === true) {
      piece += 1;
      letter += 1;
    } else {
      if (star < 0 || text[starLetter] === '/') return false;
      starLetter += 1;
      [piece, letter] = [star + 1, starLetter];
    }
  }
  return pieces.slice(piece).every(rest => rest === 'star');
};

/** Whether a pattern of Go's filepath.Match means all of a text; null where Go refuses the pattern. */
export const goGlob = (pattern: string): ((text: string) => boolean) | null => {
  const pieces = readPieces(pattern);
  return pieces === null ? null : text => matches(pieces, Array.from(text));
};

/** Whether Go looks for names by this part of a path, and does not take it as it is. */
export const isGoGlob = (part: string): boolean => /[*?[\\]/.test(part);
