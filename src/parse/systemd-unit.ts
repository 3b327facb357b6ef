/** What the files of a unit say of its environment, before the environment files are read. */
export type UnitEnvironment = {
  variables: Record<string, string>;
  /** In their order; `optional` ones (`-/path`) may be missing. */
  files: { path: string; optional: boolean }[];
  /** Names of variables that are handed on from the service manager's own environment. */
  passed: string[];
  /** Names, or names with a value, that are taken away at the end. */
  unset: string[];
};

const escapes: Readonly<Record<string, string>> = {
  a: '\x07',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
  s: ' ',
  '\\': '\\',
  '"': '"',
  "'": "'",
};

/** Splits a value into words as systemd does: quotes at a word's begin and within, C escapes (systemd.syntax(7)). */
export const systemdWords = (value: string): string[] => {
  const words: string[] = [];
  let [word, quote, begun]: [string, string, boolean] = ['', '', false];
  for (let at = 0; at < value.length; at += 1) {
    const char = value[at] ?? '';
    if (char === '\\') {
      const hex = /^x([0-9a-fA-F]{2})/.exec(value.slice(at + 1, at + 4));
      const next = value[at + 1] ?? '';
      word += hex === null ? (escapes[next] ?? `\\${next}`) : String.fromCharCode(Number.parseInt(hex[1] ?? '', 16));
      at += hex === null ? 1 : 3;
      begun = true;
    } else if (quote !== '') {
      if (char === quote) quote = '';
      else word += char;
    } else if (char === '"' || char === "'") {
      [quote, begun] = [char, true];
    } else if (/\s/.test(char)) {
      if (begun) words.push(word);
      [word, begun] = ['', false];
    } else {
      word += char;
      begun = true;
    }
  }
  if (begun) words.push(word);
  return words;
};

/** Lines of a unit file with continuations joined and comments left out. */
const logicalLines = (text: string): string[] => {
  const lines: string[] = [];
  let open = '';
  for (const line of text.split(/\r?\n/)) {
    if (/^\s*[#;]/.test(line)) continue;
    if (line.endsWith('\\')) {
      open += `${line.slice(0, -1)} `;
      continue;
    }
    lines.push((open + line).trim());
    open = '';
  }
  return open === '' ? lines : [...lines, open.trim()];
};

/** What `%` and a letter stand for; a letter that is not there stays as it is written (systemd.unit(5)). */
export type Specifiers = Readonly<Record<string, string>>;

const expand = (text: string, specifiers: Specifiers): string =>
  text.replace(/%(.)/gs, (whole, letter: string) => (letter === '%' ? '%' : (specifiers[letter] ?? whole)));

const assign = (variables: Record<string, string>, word: string, specifiers: Specifiers): void => {
  const match = /^([A-Za-z_][A-Za-z0-9_]*)=(.*)$/s.exec(expand(word, specifiers));
  if (match) variables[match[1] ?? ''] = match[2] ?? '';
};

/** The settings of one section in all texts, in their order. */
const settingsOf = (texts: readonly string[], wanted: string): [string, string][] =>
  texts.flatMap(text => {
    let section = '';
    return logicalLines(text).flatMap((line): [string, string][] => {
      section = /^\[(.*)\]$/.exec(line)?.[1] ?? section;
      const setting = /^([A-Za-z]+)\s*=\s*(.*)$/s.exec(line);
      return setting === null || section !== wanted ? [] : [[setting[1] ?? '', setting[2] ?? '']];
    });
  });

/** Reads a unit file and its drop-ins, in their order: an empty assignment clears what was before. */
export const parseUnitEnvironment = (texts: readonly string[], specifiers: Specifiers = {}): UnitEnvironment => {
  const found: UnitEnvironment = { variables: {}, files: [], passed: [], unset: [] };
  for (const [name, value] of settingsOf(texts, 'Service')) {
    if (name === 'Environment') {
      if (value === '') found.variables = {};
      for (const word of systemdWords(value)) assign(found.variables, word, specifiers);
    } else if (name === 'EnvironmentFile') {
      const path = expand(value.replace(/^-/, ''), specifiers);
      found.files = value === '' ? [] : [...found.files, { path, optional: value.startsWith('-') }];
    } else if (name === 'PassEnvironment') {
      found.passed = value === '' ? [] : [...found.passed, ...systemdWords(value)];
    } else if (name === 'UnsetEnvironment') {
      found.unset = value === '' ? [] : [...found.unset, ...systemdWords(value)];
    }
  }
  return found;
};

/** Reads `DefaultEnvironment=` of system.conf and its drop-ins, which every unit has (systemd-system.conf(5)). */
export const parseDefaultEnvironment = (
  texts: readonly string[],
  specifiers: Specifiers = {},
): Record<string, string> => {
  let variables: Record<string, string> = {};
  for (const [name, value] of settingsOf(texts, 'Manager')) {
    if (name !== 'DefaultEnvironment') continue;
    if (value === '') variables = {};
    for (const word of systemdWords(value)) assign(variables, word, specifiers);
  }
  return variables;
};

/** Reads an environment file: a variable a line, quotes as in a shell, comments (systemd.exec(5)). */
export const parseEnvironmentFile = (text: string): Record<string, string> => {
  const variables: Record<string, string> = {};
  const pattern = /^[ \t]*([A-Za-z_][A-Za-z0-9_]*)[ \t]*=[ \t]*((?:"(?:[^"\\]|\\.)*"|'[^']*'|\\.|[^"'\\\n])*)/gms;
  for (const [, name = '', raw = ''] of text.matchAll(pattern)) {
    const value = raw
      .trimEnd()
      .replace(/"((?:[^"\\]|\\.)*)"|'([^']*)'|\\(.)/gs, (_all, double?: string, single?: string, char?: string) =>
        double === undefined
          ? (single ?? (char === '\n' ? '' : (char ?? '')))
          : double.replace(/\\(["\\`$])/g, '$1').replace(/\\\n/g, ''),
      );
    variables[name] = value;
  }
  return variables;
};

/** Reads /proc/PID/environ: NUL between, the first of two equal names counts, as for Go's os.Getenv. */
export const parseEnviron = (text: string): Record<string, string> => {
  const variables: Record<string, string> = {};
  for (const item of text.split('\0')) {
    const at = item.indexOf('=');
    const name = item.slice(0, Math.max(at, 0));
    if (name !== '' && !Object.hasOwn(variables, name)) variables[name] = item.slice(at + 1);
  }
  return variables;
};
