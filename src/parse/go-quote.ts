/** A Go-quoted string found in a text: its value, where the text goes on, and whether the closing quote was there. */
export type Quoted = { value: string; end: number; closed: boolean };

const simpleEscapes: Readonly<Record<string, string>> = {
  a: '\u0007',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
  '\\': '\\',
  "'": "'",
  '"': '"',
  '/': '/',
};

const escapePattern = /\\(?:([abfnrtv\\'"/])|x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|([0-7]{3}))/g;

/** The character of a hexadecimal or octal code; the replacement character for a code that Unicode does not have. */
const characterOf = (code: number): string => (code <= 0x10ffff ? String.fromCodePoint(code) : '\ufffd');

/** Undoes one level of strconv.Quote escapes; what is no escape stays as it is. JSON's `\/` is taken too. */
export const unescapeGo = (text: string): string =>
  text.includes('\\')
    ? text.replace(escapePattern, (_all, simple?: string, hex?: string, short?: string, ...rest: unknown[]) => {
        if (simple !== undefined) return simpleEscapes[simple] ?? simple;
        const [long, octal] = rest as [string | undefined, string | undefined];
        return characterOf(octal === undefined ? parseInt(hex ?? short ?? long ?? '', 16) : parseInt(octal, 8));
      })
    : text;

/** Where the quote that closes a string opened at `start - 1` stands; -1 where there is none. */
const closingQuote = (text: string, start: number): number => {
  let at = text.indexOf('"', start);
  while (at >= 0) {
    let slashes = 0;
    while (text.charCodeAt(at - 1 - slashes) === 92 && at - 1 - slashes >= start) slashes += 1;
    if (slashes % 2 === 0) return at;
    at = text.indexOf('"', at + 1);
  }
  return -1;
};

/** Reads the Go-quoted string whose opening quote is at `start`; without a closing quote it takes the rest. */
export const readQuoted = (text: string, start: number): Quoted => {
  const close = closingQuote(text, start + 1);
  return close < 0
    ? { value: unescapeGo(text.slice(start + 1)), end: text.length, closed: false }
    : { value: unescapeGo(text.slice(start + 1, close)), end: close + 1, closed: true };
};
