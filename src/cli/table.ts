import { cutShort, oneLine, pageWidth, shorten } from './output.ts';

/** A column: its heading, whether it gives way when the table is too wide, and whether it holds sentences, which are cut at their end. */
export type Column = { heading: string; flexible: boolean; prose?: boolean };

const gap = '  ';

/** How wide each column may be; flexible ones share what the others leave, the widest giving first. */
const widthsOf = (columns: Column[], rows: string[][], max: number): number[] => {
  const widths = columns.map(({ heading }, index) =>
    Math.max(heading.length, ...rows.map(row => (row[index] ?? '').length)),
  );
  const total = (): number => widths.reduce((sum, width) => sum + width, 0) + gap.length * (columns.length - 1);
  while (total() > max) {
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
  how: { wide: boolean; paintCell: (text: string, row: number, column: number) => string },
): string[] => {
  const safe = rows.map(row => row.map(oneLine));
  const widths = widthsOf(columns, safe, how.wide ? Infinity : pageWidth);
  const line = (cells: string[], paint: (text: string, column: number) => string): string =>
    cells
      .map((cell, index) => {
        const width = widths[index] ?? cell.length;
        const text = columns[index]?.prose === true ? cutShort(cell, width) : shorten(cell, width);
        return paint(text, index) + (index === cells.length - 1 ? '' : ' '.repeat(width - text.length));
      })
      .join(gap)
      .trimEnd();
  const heading = line(
    columns.map(column => column.heading),
    text => text,
  );
  return [heading, ...safe.map((row, at) => line(row, (text, column) => how.paintCell(text, at, column)))];
};
