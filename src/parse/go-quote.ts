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

const hexLength: Readonly<Record<string, number>> = { x: 2, u: 4, U: 8 };

/** The character of a hexadecimal or octal code; the replacement character for a code that Unicode does not have. */
const characterOf = (code: number): string => (code <= 0x10ffff ? String.fromCodePoint(code) : '\ufffd');

/** The escape by number whose backslash is at `at`; null where it is none. */
const readCode = (text: string, at: number): { value: string; length: number } | null => {
  const digits = hexLength[text[at + 1] ?? ''];
  if (digits === undefined) {
    const octal = text.slice(at + 1, at + 4);
    return /^[0-3][0-7]{2}$/.test(octal) ? { value: characterOf(parseInt(octal, 8)), length: 4 } : null;
  }
  const hex = text.slice(at + 2, at + 2 + digits);
  const isWhole = hex.length === digits && /^[0-9a-fA-F]+$/.test(hex);
  return isWhole ? { value: characterOf(parseInt(hex, 16)), length: 2 + digits } : null;
};

/** Undoes one level of strconv.Quote escapes; what is no escape stays as it is. JSON's `\/` is taken too. */
export const unescapeGo = (text: string): string => {
  let slash = text.indexOf('\\');
  if (slash < 0) return text;
  const parts: string[] = [];
  let from = 0;
  while (slash >= 0) {
    const letter = text[slash + 1] ?? '';
    const simple = simpleEscapes[letter];
    const code = simple === undefined && /[xuU0-3]/.test(letter) ? readCode(text, slash) : null;
    const value = simple ?? code?.value;
    const end = slash + (simple === undefined ? (code?.length ?? 1) : 2);
    if (value !== undefined) {
      parts.push(text.slice(from, slash), value);
      from = end;
    }
    slash = text.indexOf('\\', end);
  }
  parts.push(text.slice(from));
  return parts.join('');
};

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
