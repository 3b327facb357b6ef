import { cutShort, oneLine, shorten, type Page } from './output.ts';

/** A column: its heading, whether it gives way when the table is too wide, and whether it holds sentences, which are cut at their end. */
export type Column = { heading: string; flexible: boolean; prose?: boolean };

/** Blanks between columns, and where the table does not fit otherwise. */
const [wideGap, narrowGap] = [2, 1];

/** How wide a table with these columns is. */
const totalOf = (widths: number[], gap: number): number =>
  widths.reduce((sum, width) => sum + width, 0) + gap * (widths.length - 1);

/** How wide each column may be; flexible ones share what the others leave, the widest giving first. */
const widthsOf = (columns: Column[], rows: string[][], max: number, gap: number): number[] => {
  const widths = columns.map(({ heading }, index) =>
    Math.max(heading.length, ...rows.map(row => (row[index] ?? '').length)),
  );
  while (totalOf(widths, gap) > max) {
    const candidates = columns.flatMap(({ flexible, heading }, index) =>
      flexible && (widths[index] ?? 0) > heading.length ? [index] : [],
    );
    const [widest] = candidates.sort((a, b) => (widths[b] ?? 0) - (widths[a] ?? 0));
    if (widest === undefined) break;
    widths[widest] = (widths[widest] ?? 0) - 1;
  }
  return widths;
};

/** Lines of a table with headings; `paintCell` may colour a cell once it has its width. `wide` cuts nothing. */
export const tableLines = (
  columns: Column[],
  rows: string[][],
  how: Pick<Page, 'width'> & { wide: boolean; paintCell: (text: string, row: number, column: number) => string },
): string[] => {
  const safe = rows.map(row => row.map(oneLine));
  const max = how.wide ? Infinity : how.width;
  const roomy = widthsOf(columns, safe, max, wideGap);
  const gap = totalOf(roomy, wideGap) <= max ? wideGap : narrowGap;
  const widths = gap === wideGap ? roomy : widthsOf(columns, safe, max, gap);
  const line = (cells: string[], paint: (text: string, column: number) => string): string =>
    cells
      .map((cell, index) => {
        const width = widths[index] ?? cell.length;
        const text = columns[index]?.prose === true ? cutShort(cell, width) : shorten(cell, width);
        return paint(text, index) + (index === cells.length - 1 ? '' : ' '.repeat(width - text.length));
      })
      .join(' '.repeat(gap))
      .trimEnd();
  const heading = line(
    columns.map(column => column.heading),
    text => text,
  );
  return [heading, ...safe.map((row, at) => line(row, (text, column) => how.paintCell(text, at, column)))];
};
