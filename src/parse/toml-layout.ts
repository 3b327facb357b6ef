/** A table header or a key of a TOML file, with the line it stands on. */
export type TomlItem = { kind: 'table' | 'table-array' | 'key'; path: string[]; line: number };

const escapes: Readonly<Record<string, string>> = { b: '\b', t: '\t', n: '\n', f: '\f', r: '\r', '"': '"', '\\': '\\' };

const unescape = (text: string): string =>
  text.replace(/\\(?:u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|(.))/gs, (_all, four?: string, eight?: string, one = '') => {
    const code = Number.parseInt(four ?? eight ?? '', 16);
    return Number.isNaN(code) || code > 0x10ffff ? (escapes[one as string] ?? '') : String.fromCodePoint(code);
  });

const keyPart = /[ \t]*(?:"((?:[^"\\\n]|\\.)*)"|'([^'\n]*)'|([A-Za-z0-9_-]+))[ \t]*/y;

/** A key such as `host."https://m".ca` from this position, and where it ends. */
const readKey = (text: string, from: number): { path: string[]; end: number } => {
  const path: string[] = [];
  let at = from;
  for (;;) {
    keyPart.lastIndex = at;
    const match = keyPart.exec(text);
    if (match === null) return { path, end: at };
    path.push(match[1] === undefined ? (match[2] ?? match[3] ?? '') : unescape(match[1]));
    at = keyPart.lastIndex;
    if (text[at] !== '.') return { path, end: at };
    at += 1;
  }
};

/** Where the string that begins here ends. */
const endOfString = (text: string, from: number): number => {
  const quote = text[from] ?? '';
  const long = text.startsWith(quote.repeat(3), from);
  const close = long ? quote.repeat(3) : quote;
  let at = from + close.length;
  while (at < text.length) {
    if (quote === '"' && text[at] === '\\') at += 2;
    else if (text.startsWith(close, at)) {
      at += close.length;
      // Up to two quotes may stand before the closing three.
      while (long && text[at] === quote) at += 1;
      return at;
    } else at += 1;
  }
  return at;
};

const endOfLine = (text: string, from: number): number => {
  const end = text.indexOf('\n', from);
  return end === -1 ? text.length : end;
};

/** Where a value that begins here ends: at its line's end, outside of brackets. */
const endOfValue = (text: string, from: number): number => {
  let depth = 0;
  let at = from;
  while (at < text.length) {
    const char = text[at] ?? '';
    if (char === '"' || char === "'") at = endOfString(text, at);
    else if (char === '#') at = endOfLine(text, at);
    else if (char === '\n' && depth <= 0) return at;
    else {
      if (char === '[' || char === '{') depth += 1;
      if (char === ']' || char === '}') depth -= 1;
      at += 1;
    }
  }
  return at;
};

/**
 * The table headers and keys of a valid TOML file in their order, which a parsed table has lost: containerd asks hosts in
 * the order of their headers. Keys have the path of their table before them. What inline tables hold is not listed.
 */
export const tomlLayout = (text: string): TomlItem[] => {
  const items: TomlItem[] = [];
  let [at, line, counted] = [0, 1, 0];
  let table: string[] = [];
  const lineAt = (position: number): number => {
    for (; counted < position; counted += 1) if (text[counted] === '\n') line += 1;
    return line;
  };
  while (at < text.length) {
    const char = text[at] ?? '';
    if (/[\s\ufeff]/.test(char)) {
      at += 1;
    } else if (char === '#') {
      at = endOfLine(text, at);
    } else if (char === '[') {
      const array = text[at + 1] === '[';
      const { path } = readKey(text, at + (array ? 2 : 1));
      items.push({ kind: array ? 'table-array' : 'table', path, line: lineAt(at) });
      table = path;
      at = endOfLine(text, at);
    } else {
      const { path, end } = readKey(text, at);
      if (path.length > 0) items.push({ kind: 'key', path: [...table, ...path], line: lineAt(at) });
      at = endOfValue(text, Math.max(end, at + 1));
    }
  }
  return items;
};
