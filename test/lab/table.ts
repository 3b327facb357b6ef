/** A column: its title, and how many characters it takes at most. */
export type Column = { title: string; width: number };

/** Escape codes by meaning, or nothing where colour is not wanted. */
export type Paint = (kind: 'bad' | 'good' | 'dim' | 'bold', text: string) => string;

const codes = { bad: 31, good: 32, dim: 2, bold: 1 };

/** Colours on a terminal, unless NO_COLOR says otherwise. */
export const paintFor = (terminal: boolean, env: NodeJS.ProcessEnv): Paint =>
  terminal && (env['NO_COLOR'] ?? '') === '' && env['TERM'] !== 'dumb'
    ? (kind, text) => `\u001b[${codes[kind]}m${text}\u001b[0m`
    : (_kind, text) => text;

/** Cuts or fills a text to a width; what is cut ends in an ellipsis. */
const fit = (text: string, width: number): string =>
  text.length > width ? `${text.slice(0, width - 1)}…` : text.padEnd(width);

/** One row of a table, cells two blanks apart; the last one is not filled. */
export const tableRow = (columns: readonly Column[], cells: readonly string[]): string =>
  columns
    .map(({ width }, index) => fit(cells[index] ?? '', width))
    .join('  ')
    .trimEnd();

/** The row of titles. */
export const tableHead = (columns: readonly Column[]): string =>
  tableRow(
    columns,
    columns.map(({ title }) => title),
  );

/** `9s`, `2m05s`. */
export const duration = (ms: number): string => {
  const seconds = Math.max(0, Math.round(ms / 1000));
  return seconds < 60 ? `${seconds}s` : `${Math.floor(seconds / 60)}m${String(seconds % 60).padStart(2, '0')}s`;
};
