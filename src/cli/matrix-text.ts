import { hostStages } from '../model/check.ts';
import type { MatrixRow } from '../wire/cluster-schema.ts';
import type { View } from './ask-options.ts';
import { oneLine, shorten, wrap } from './output.ts';
import { stageMark } from './reach-text.ts';
import { many } from './scope-text.ts';
import { tableLines, type Column } from './table.ts';

type Cell = MatrixRow['cells'][number];
/** A registry's host, a column; `key` tells it from another registry's mirror on the same host. */
type Place = { key: string; name: string; failed: number; passed: number };

const keyOf = ({ registry, host }: Cell): string => `${registry} ${host}`;

/** Hosts, those that fail for most nodes first. */
const placesOf = (rows: readonly MatrixRow[]): Place[] => {
  const places = new Map<string, Place>();
  for (const { cells } of rows)
    for (const cell of cells) {
      const name = cell.registry === cell.host ? cell.host : `${cell.host} for ${cell.registry}`;
      const place = places.get(keyOf(cell)) ?? { key: keyOf(cell), name, failed: 0, passed: 0 };
      if (cell.outcome === 'fail') place.failed += 1;
      if (cell.outcome === 'pass') place.passed += 1;
      places.set(place.key, place);
    }
  return [...places.values()].sort((a, b) => b.failed - a.failed || b.passed - a.passed || (a.name < b.name ? -1 : 1));
};

/** The worst cell of each host: a registry may be walked by several names. */
const markOf = (cell: Cell | undefined): string => {
  if (cell === undefined || cell.outcome === 'unknown') return '·';
  if (cell.outcome === 'pass') return 'ok';
  const stage = hostStages.find(known => known === cell.stage);
  return stage === undefined ? 'FAIL' : stageMark[stage];
};

/** One line of the table: the nodes that have all of its marks. */
type Line = { nodes: string[]; stale: boolean; marks: string[] };

const lineOf = (row: MatrixRow, places: readonly Place[]): Line => {
  const cells = new Map(row.cells.map(cell => [keyOf(cell), cell]));
  return { nodes: [row.node], stale: row.stale, marks: places.map(({ key }) => markOf(cells.get(key))) };
};

/** Nodes with the same marks are one line. */
const folded = (lines: readonly Line[]): Line[] => {
  const byMarks = new Map<string, Line>();
  for (const line of lines) {
    const key = `${line.stale} ${line.marks.join(' ')}`;
    const known = byMarks.get(key);
    if (known === undefined) byMarks.set(key, { ...line, nodes: [...line.nodes] });
    else known.nodes.push(...line.nodes);
  }
  return [...byMarks.values()];
};

const isFailure = (mark: string): boolean => mark !== 'ok' && mark !== '·';
const failuresOf = ({ marks }: Line): number => marks.filter(isFailure).length;
const unknownsOf = ({ marks }: Line): number => marks.filter(mark => mark === '·').length;

/** What needs a person first; of lines with as many failures the one of fewer nodes, which is the odd one. */
const byUrgency = (a: Line, b: Line): number =>
  failuresOf(b) - failuresOf(a) ||
  Number(b.stale) - Number(a.stale) ||
  unknownsOf(b) - unknownsOf(a) ||
  a.nodes.length - b.nodes.length ||
  ((a.nodes[0] ?? '') < (b.nodes[0] ?? '') ? -1 : 1);

/** So many nodes can be looked at one by one. */
const unfolded = 20;
/** So many hosts fit beside a node's name. */
const shownPlaces = 12;

const nameOf = ({ nodes, stale }: Line): string => {
  const [first = ''] = nodes;
  const name = nodes.length === 1 ? first : `${first} and ${nodes.length - 1} more`;
  return stale ? `${name} (stale)` : name;
};

const legend =
  'ok passed; · not tested, or stale. A failure is named by its stage: CFG config, DNS, PRX proxy, TCP, TLS, AUTH, REG registry, MAN manifest, BLOB.';

/** Nodes × registries' hosts, the worst first on both sides; of many nodes those alike in one line. */
export const matrixText = (rows: readonly MatrixRow[], { wide, paint, width }: View): string => {
  const all = placesOf(rows);
  const places = all.slice(0, wide ? all.length : shownPlaces);
  const each = rows.map(row => lineOf(row, places));
  const lines = (wide || rows.length <= unfolded ? each : folded(each)).sort(byUrgency);
  const columns: Column[] = [
    { heading: 'NODE', flexible: true },
    ...places.map(({ name }, at) => ({ heading: wide ? oneLine(name) : String(at + 1), flexible: false })),
  ];
  const paintCell = (text: string, row: number, column: number): string => {
    const mark = lines[row]?.marks[column - 1];
    if (mark === undefined) return text;
    return paint(text, isFailure(mark) ? 'bad' : mark === 'ok' ? 'good' : 'dim');
  };
  const table = tableLines(
    columns,
    lines.map(line => [nameOf(line), ...line.marks]),
    { wide, width, paintCell },
  );
  const key = places.map(({ name, failed, passed }, at) => {
    const start = `${at + 1}`.padEnd(3);
    const counts = `${failed === 0 ? '' : `fails for ${failed}, `}passes for ${many(passed, 'node')}`;
    return `${start} ${shorten(oneLine(name), width - counts.length - 6)}  ${failed > 0 ? paint(counts, 'bad') : counts}`;
  });
  const left = all.length - places.length;
  const more =
    left > 0 ? wrap(`and ${many(left, 'host')} more that fail for no more nodes (-o wide shows them)`, width) : [];
  return [...table, '', ...(wide ? [] : key), ...more, ...wrap(legend, width).map(line => paint(line, 'dim')), ''].join(
    '\n',
  );
};
