import type { Incident } from '../model/incident.ts';
import type { View } from './ask-options.ts';
import { oneLine, span, wrap } from './output.ts';
import { many, scopeText } from './scope-text.ts';
import { tableLines, type Column } from './table.ts';

const severities = { error: 0, warning: 1 } as const;

/** What needs a person first: open before closed, errors before warnings, then by who waits, and how many nodes. */
const byUrgency = (a: Incident, b: Incident): number =>
  Number(a.closedAt !== null) - Number(b.closedAt !== null) ||
  severities[a.severity] - severities[b.severity] ||
  b.pods.count - a.pods.count ||
  b.scope.nodes.count - a.scope.nodes.count ||
  b.since - a.since;

/** Where it breaks: the image, the host, or the first of several registries. */
export const placeText = ({ image, host, registry, registries }: Incident): string => {
  const only = image ?? host ?? registry;
  if (only !== null) return oneLine(only);
  const [first = 'the node', ...more] = registries;
  return `${oneLine(first)}${more.length === 0 ? '' : ` +${more.length}`}`;
};

const columns: Column[] = [
  { heading: 'SINCE', flexible: false },
  { heading: 'STATE', flexible: false },
  { heading: 'SCOPE', flexible: true },
  { heading: 'CAUSE', flexible: false },
  { heading: 'WHERE', flexible: true },
  { heading: 'PODS', flexible: false },
];

const indent = '  ';

/** Two or more lines an incident: the row, then its id (for `pullpath incident ID`) and the line that an alert carries. */
export const incidentsText = (incidents: readonly Incident[], { now, wide, paint, width }: View): string => {
  const sorted = incidents.toSorted(byUrgency);
  const rows = sorted.map(one => [
    span(now - one.since),
    one.state,
    scopeText(one.scope),
    one.cause,
    placeText(one),
    String(one.pods.count),
  ]);
  const paintCell = (text: string, row: number, column: number): string => {
    const one = sorted[row];
    if (column !== 3 || one === undefined) return text;
    if (one.closedAt !== null) return paint(text, 'dim');
    return paint(text, one.severity === 'error' ? 'bad' : 'poor');
  };
  const [head = '', ...lines] = tableLines(columns, rows, { wide, width, paintCell });
  const told = sorted.map(({ id, title }) => {
    const start = `${indent}${oneLine(id)}  `;
    const [first = '', ...more] = wide ? [oneLine(title)] : wrap(title, width - start.length);
    return [`${indent}${paint(oneLine(id), 'strong')}  ${first}`, ...more.map(line => ' '.repeat(start.length) + line)];
  });
  const open = sorted.filter(({ closedAt }) => closedAt === null);
  const pods = open.reduce((sum, { pods: { count } }) => sum + count, 0);
  const closed = sorted.length - open.length;
  const summary = `${many(open.length, 'incident')} open, ${many(pods, 'container')} waiting${closed > 0 ? `; ${closed} closed` : ''}`;
  return [head, ...lines.flatMap((line, at) => [line, ...(told[at] ?? [])]), '', summary, ''].join('\n');
};
