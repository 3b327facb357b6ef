import type { Drift } from '../model/drift.ts';
import type { NodeSet } from '../model/scope.ts';
import type { View } from './ask-options.ts';
import { oneLine, span, wrap } from './output.ts';
import { many, namesText, valueText } from './scope-text.ts';
import { tableLines, type Column } from './table.ts';

const columns: Column[] = [
  { heading: 'SETTING', flexible: true },
  { heading: 'GROUP', flexible: true },
  { heading: 'MOST HAVE', flexible: true },
  { heading: 'THESE HAVE', flexible: true },
  { heading: 'SINCE', flexible: false },
  { heading: 'NODES', flexible: true },
];

/** A setting whose group has a majority first: its odd nodes are few, and named; then by how few they are. */
const byOddness = (a: Drift, b: Drift): number =>
  Number(a.majority === null) - Number(b.majority === null) ||
  oddCount(a) - oddCount(b) ||
  (a.trait < b.trait ? -1 : 1);

/** A name that is cut tells nothing: rather fewer of them. */
const shownNodes = ({ names }: NodeSet): number => ((names[0] ?? '').length > 12 ? 1 : 3);

const oddCount = ({ odd }: Drift): number => odd.reduce((sum, { nodes }) => sum + nodes.count, 0);

/** Nodes that differ from the others of their group, a line each value; what the many have is said on the first line. */
export const driftText = (drifts: readonly Drift[], { now, wide, paint, width }: View): string => {
  const sorted = drifts.toSorted(byOddness);
  const rows = sorted.flatMap(({ trait, group, majority, odd }) =>
    odd.map(({ value, nodes, since }, at) => [
      at === 0 ? trait : '',
      at === 0 ? oneLine(group) : '',
      at > 0 ? '' : majority === null ? 'no majority' : `${valueText(majority.value)} ×${majority.count}`,
      valueText(value),
      since === null ? 'start' : span(now - since),
      namesText(nodes, wide, shownNodes(nodes)),
    ]),
  );
  const paintCell = (text: string, _row: number, column: number): string => (column === 3 ? paint(text, 'poor') : text);
  const names = new Set(drifts.flatMap(({ odd }) => odd.flatMap(({ nodes }) => nodes.names)));
  const summary = `${many(drifts.length, 'setting')} in which nodes differ; ${many(names.size, 'node')} named. SINCE start: as long as anyone looked.`;
  return [...tableLines(columns, rows, { wide, width, paintCell }), '', ...wrap(summary, width), ''].join('\n');
};
