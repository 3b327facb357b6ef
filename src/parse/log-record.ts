import { readQuoted } from './go-quote.ts';

/** A log line taken apart: its message and its keys, whatever the format. */
export type LogRecord = {
  format: 'klog' | 'logfmt' | 'json';
  message: string;
  /** Values as text; objects such as `{"name":…,"namespace":…}` as `namespace/name`, the last of equal keys wins. */
  fields: ReadonlyMap<string, string>;
};

/** A line that began as a log record and ends in the middle of it. */
export type Torn = { format: 'torn' };

const torn: Torn = { format: 'torn' };

/** `[word ]Lmmdd hh:mm:ss.uuuuuu pid file.go:line] `: the leading word is MicroShift's component name. */
const klogHeader = /^(?:\S{1,40} )?[IWEF]\d{4} \d\d:\d\d:\d\d\.\d{1,9}\s+\d+ [\w.-]{1,80}:\d+\] /;
const klogStart = /^(?:\S{1,40} )?[IWEF]\d{4} \d\d:\d/;
const logfmtStart = /^(?:time|level|ts)=/;

/** `whole` where the last value ends with its closing quote or bracket, and nothing but pairs was there. */
type Fields = { fields: Map<string, string>; whole: boolean };

/** The end of `[…]` or `{…}` at `start`, brackets in quotes not counted; the text's length if it never closes. */
const bracketEnd = (text: string, start: number): number => {
  let depth = 0;
  for (let at = start; at < text.length; at += 1) {
    const character = text[at];
    if (character === '"') at = readQuoted(text, at).end - 1;
    else if (character === '[' || character === '{') depth += 1;
    else if (character === ']' || character === '}') {
      depth -= 1;
      if (depth === 0) return at + 1;
    }
  }
  return text.length;
};

/** One value at `start`: quoted, bracketed, klog's `<`-newline-tab block, or bare up to the next blank. */
const readValue = (text: string, start: number): { value: string; end: number; whole: boolean } => {
  const first = text[start];
  if (first === '"') {
    const quoted = readQuoted(text, start);
    return { value: quoted.value, end: quoted.end, whole: quoted.closed };
  }
  if (text.startsWith('<\n', start)) {
    const close = text.indexOf('\n >', start);
    const block = text.slice(start + 2, close < 0 ? text.length : close);
    return { value: block.replace(/^\t/gm, ''), end: close < 0 ? text.length : close + 3, whole: close >= 0 };
  }
  if (first === '<' && start === text.length - 1) return { value: '', end: text.length, whole: false };
  if (first === '[' || first === '{') {
    const end = bracketEnd(text, start);
    return { value: text.slice(start, end), end, whole: /[\]}]$/.test(text.slice(start, end)) };
  }
  const space = text.indexOf(' ', start);
  const end = space < 0 ? text.length : space;
  return { value: text.slice(start, end), end, whole: true };
};

/** ` key=value` pairs from `start` on; text that is no pair ends them. */
const readFields = (text: string, start: number): Fields => {
  const fields = new Map<string, string>();
  const key = /[ \n]*([\w./-]{1,80})=/y;
  key.lastIndex = start;
  let whole = true;
  let end = start;
  for (let match = key.exec(text); match !== null && whole; match = key.exec(text)) {
    const value = readValue(text, key.lastIndex);
    fields.set(match[1] ?? '', value.value);
    whole = value.whole;
    end = value.end;
    key.lastIndex = end;
  }
  return { fields, whole: whole && text.slice(end, end + 40).trim() === '' };
};

const readKlog = (line: string, start: number): LogRecord | Torn => {
  if (line[start] !== '"') return { format: 'klog', message: line.slice(start), fields: new Map() };
  const message = readQuoted(line, start);
  const { fields, whole } = readFields(line, message.end);
  return message.closed && whole ? { format: 'klog', message: message.value, fields } : torn;
};

const readLogfmt = (line: string): LogRecord | Torn => {
  const { fields, whole } = readFields(line, 0);
  const message = fields.get('msg');
  return whole && message !== undefined ? { format: 'logfmt', message, fields } : torn;
};

const text = (value: unknown): string => {
  if (typeof value === 'string') return value;
  if (typeof value === 'object' && value !== null) {
    const { name, namespace } = value as { name?: unknown; namespace?: unknown };
    if (typeof name === 'string' && typeof namespace === 'string') return `${namespace}/${name}`;
  }
  if (Array.isArray(value)) return `[${value.map(item => JSON.stringify(text(item))).join(',')}]`;
  return JSON.stringify(value);
};

/** kubelet's zap objects and logrus' JSON formatter both carry the message as `msg`. */
const readJson = (line: string): LogRecord | Torn | null => {
  let parsed: unknown;
  try {
    parsed = JSON.parse(line);
  } catch {
    return torn;
  }
  const { msg } = parsed as { msg?: unknown };
  if (typeof msg !== 'string') return null;
  const fields = new Map(Object.entries(parsed as object).map(([key, value]) => [key, text(value)]));
  return { format: 'json', message: msg, fields };
};

/**
 * Takes a kubelet or runtime log line apart: klog text with an optional leading word, logrus logfmt, or JSON of either.
 * Null for a line of no such format, `torn` for one that breaks off.
 */
export const readLogRecord = (line: string): LogRecord | Torn | null => {
  const header = klogHeader.exec(line);
  if (header) return readKlog(line, header[0].length);
  if (logfmtStart.test(line)) return readLogfmt(line);
  if (line.startsWith('{"')) return readJson(line);
  return klogStart.test(line) ? torn : null;
};
