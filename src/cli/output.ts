import type { CommandIo } from '../lib/command.ts';
import { wrapWords } from '../lib/wrap-words.ts';

/** Colours by what they mean; none where the output is not a terminal. */
export type Paint = (text: string, meaning: 'bad' | 'poor' | 'good' | 'dim' | 'strong') => string;

const codes = { bad: 31, poor: 33, good: 32, dim: 2, strong: 1 };

/** Paints, or leaves the text as it is. */
export const painter =
  (colour: boolean): Paint =>
  (text, meaning) =>
    colour ? `\u001b[${codes[meaning]}m${text}\u001b[0m` : text;

/** What a text is written on: its colours, and the columns that no line but a command to copy exceeds. */
export type Page = { paint: Paint; width: number };

/** The page that a command writes on. */
export const pageOf = ({ colour, width }: Pick<CommandIo, 'colour' | 'width'>): Page => ({
  paint: painter(colour),
  width,
});

// Names and messages come from other machines: they must not move the cursor, change colours or turn the writing direction.
const unsafe = /[\u0000-\u001f\u007f-\u009f\u200e\u200f\u2028-\u202e\u2066-\u2069]+/g;

/** A text from outside as one safe line. */
export const oneLine = (text: string): string => text.replace(unsafe, ' ').trim();

/** JSON for a terminal: what JSON lets through and a terminal would obey is escaped. Without an indent it is one line. */
export const printJson = (value: unknown, indent = 2): string =>
  `${JSON.stringify(value, null, indent).replace(/[\u007f-\u009f\u200e\u200f\u2028-\u202e\u2066-\u2069]/g, char => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`)}\n`;

/** Cut in the middle: nodes and images differ at both ends. */
export const shorten = (text: string, width: number): string => {
  if (text.length <= width) return text;
  const tail = Math.floor((width - 1) / 2);
  return `${text.slice(0, width - 1 - tail)}…${tail === 0 ? '' : text.slice(-tail)}`;
};

/** A sentence cut at its end: what comes first says most. */
export const cutShort = (text: string, width: number): string =>
  text.length <= width ? text : `${text.slice(0, Math.max(0, width - 1)).trimEnd()}…`;

/** Breaks a text from outside into safe lines of at most so many characters, between words where there are any. */
export const wrap = (text: string, width: number): string[] => wrapWords(oneLine(text), width);

/** How long ago or ahead, in its two largest units: `12s`, `3m20s`, `2h5m`, `4d1h`. */
export const span = (ms: number): string => {
  const seconds = Math.max(0, Math.round(ms / 1000));
  const units: [string, number][] = [
    ['d', 86_400],
    ['h', 3600],
    ['m', 60],
    ['s', 1],
  ];
  const first = units.findIndex(([, size]) => seconds >= size);
  if (first < 0) return '0s';
  const [name, size] = units[first] ?? ['s', 1];
  const [nextName, nextSize] = units[first + 1] ?? ['', 1];
  const next = nextName === '' ? 0 : Math.floor((seconds % size) / nextSize);
  return `${Math.floor(seconds / size)}${name}${next === 0 ? '' : `${next}${nextName}`}`;
};

/** A list as it was asked for: the API's answer, a table, or a line on standard error that says why there is nothing. */
export const printList = <Item>(
  io: Pick<CommandIo, 'stdout' | 'stderr'>,
  output: 'table' | 'wide' | 'json',
  { items, table, none }: { items: Item[]; table: (items: Item[]) => string; none: string },
): void => {
  if (output === 'json') io.stdout.write(printJson({ items, next: null }));
  else if (items.length > 0) io.stdout.write(table(items));
  else io.stderr.write(`${none}\n`);
};
