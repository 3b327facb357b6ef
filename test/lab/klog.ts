/** The kubelet's text log format: k8s.io/klog/v2 textlogger, as kubelets 1.28 to 1.36 write it by default. */
export type KlogLine = {
  level: 'I' | 'W' | 'E';
  /** Epoch milliseconds; the fraction gives the microseconds. */
  at: number;
  pid: number;
  /** Source file and line, such as `pod_workers.go:1324`. */
  source: string;
  message: string;
  /** In the order in which they are printed; `err` comes first where there is one. */
  values: readonly [key: string, value: KlogValue][];
};

/** Text is quoted; a number or a boolean is not; `raw` is printed as it is. */
export type KlogValue = string | number | boolean | { raw: string };

const named: Record<string, string> = {
  '\u0007': '\\a',
  '\b': '\\b',
  '\f': '\\f',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
  '\v': '\\v',
  '\\': '\\\\',
  '"': '\\"',
};

const hex = (code: number, width: number): string => code.toString(16).padStart(width, '0');

const quoteCharacter = (character: string): string => {
  const name = named[character];
  if (name !== undefined) return name;
  if (/^[ \p{L}\p{M}\p{N}\p{P}\p{S}]$/u.test(character)) return character;
  const code = character.codePointAt(0) ?? 0;
  if (code < 0x80) return `\\x${hex(code, 2)}`;
  return code < 0x10000 ? `\\u${hex(code, 4)}` : `\\U${hex(code, 8)}`;
};

/** Go's strconv.Quote. */
export const goQuote = (text: string): string => `"${Array.from(text, quoteCharacter).join('')}"`;

/** A text with a line break is not quoted but indented, and so becomes several lines. */
const printText = (text: string): string => {
  if (!text.includes('\n')) return goQuote(text);
  const ends = text.endsWith('\n');
  const lines = (ends ? text.slice(0, -1) : text).split('\n');
  return `<\n${lines.map(line => `\t${line}\n`).join('')} >`;
};

const printValue = (value: KlogValue): string => {
  if (typeof value === 'string') return printText(value);
  return typeof value === 'object' ? value.raw : String(value);
};

const two = (value: number): string => String(value).padStart(2, '0');

/** Month, day and local time to the microsecond; neither year nor zone. */
const stamp = (at: number): string => {
  const date = new Date(at);
  const time = [date.getHours(), date.getMinutes(), date.getSeconds()].map(two).join(':');
  const micros = String(Math.floor(at * 1000) % 1_000_000).padStart(6, '0');
  return `${two(date.getMonth() + 1)}${two(date.getDate())} ${time}.${micros}`;
};

/** Prints a structured line, without the line break at its end. */
export const printKlog = (line: KlogLine): string => {
  const head = `${line.level}${stamp(line.at)} ${String(line.pid).padStart(7)} ${line.source}]`;
  const values = line.values.map(([key, value]) => ` ${key}=${printValue(value)}`);
  return `${head} ${goQuote(line.message)}${values.join('')}`;
};
