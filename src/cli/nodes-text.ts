import { nodeStatuses, type NodeStatus, type NodeSummary } from '../wire/api.ts';
import type { View } from './ask-options.ts';
import { span, type Paint } from './output.ts';
import { tableLines, type Column } from './table.ts';

/** How many open findings a node has. */
export const findingsOf = (node: NodeSummary): number => node.errors + node.warnings;

/** What needs a person first: by status, then by how many findings. */
const byUrgency = (a: NodeSummary, b: NodeSummary): number =>
  nodeStatuses.indexOf(a.status) - nodeStatuses.indexOf(b.status) ||
  findingsOf(b) - findingsOf(a) ||
  (a.name < b.name ? -1 : 1);

const meanings = { failing: 'bad', degraded: 'poor', stale: 'poor', unknown: 'dim', ok: 'good' } as const;

/** A status in its colour. */
export const paintStatus = (paint: Paint, text: string, status: NodeStatus): string => paint(text, meanings[status]);

/** The causes of a node's findings with how many of each, all of them or the first and how many more there are. */
export const causesText = ({ causes: counts }: Pick<NodeSummary, 'causes'>, wide: boolean): string => {
  const shown = counts
    .slice(0, wide ? counts.length : 1)
    .map(({ cause, count }) => `${cause}${count > 1 ? ` ×${count}` : ''}`);
  const rest = counts.length - shown.length;
  return `${shown.join(', ')}${rest > 0 ? ` +${rest}` : ''}`;
};

const columns: Column[] = [
  { heading: 'NODE', flexible: true },
  { heading: 'STATUS', flexible: false },
  { heading: 'SEEN', flexible: false },
  { heading: 'FINDINGS', flexible: false },
  { heading: 'TOP CAUSE', flexible: true },
];

const wideColumns: Column[] = [
  ...columns.slice(0, -1),
  { heading: 'WAITING', flexible: false },
  { heading: 'CAUSES', flexible: true },
  { heading: 'AGENT', flexible: false },
  { heading: 'UID', flexible: false },
];

/** The table and the line that counts the statuses below it. */
export const nodesText = (nodes: NodeSummary[], how: View): string => {
  const { now, wide, paint, width } = how;
  const sorted = nodes.toSorted(byUrgency);
  const rows = sorted.map(node => [
    node.name,
    node.status,
    span(now - node.lastSeen),
    String(findingsOf(node)),
    ...(wide ? [String(node.waiting)] : []),
    causesText(node, wide),
    ...(wide ? [node.agentVersion, node.uid] : []),
  ]);
  const paintCell = (text: string, row: number, column: number): string =>
    column === 1 ? paintStatus(paint, text, sorted[row]?.status ?? 'unknown') : text;
  const counts = nodeStatuses.flatMap(status => {
    const count = nodes.filter(node => node.status === status).length;
    return count === 0 ? [] : [`${count} ${status}`];
  });
  const lines = tableLines(wide ? wideColumns : columns, rows, { wide, width, paintCell });
  const hint = lines.some(line => line.includes('…')) ? ' (-o wide shows names in full)' : '';
  const summary = `${nodes.length} node${nodes.length === 1 ? '' : 's'}: ${counts.join(', ')}${hint}`;
  return [...lines, '', summary, ''].join('\n');
};
