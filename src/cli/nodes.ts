import { defineCommand, exitCode } from '../lib/command.ts';
import { optionalTextOption, parseDuration } from '../lib/option-kinds.ts';
import type { Option } from '../lib/options.ts';
import { causes, type Cause } from '../model/cause.ts';
import {
  findingItemSchema,
  nodeStatuses,
  nodeSummarySchema,
  type FindingItem,
  type NodeStatus,
  type NodeSummary,
} from '../wire/api.ts';
import { askOptions, openAsk, type Ask } from './ask.ts';
import { painter, printJson, span, type Paint } from './output.ts';
import { tableLines, type Column } from './table.ts';

/** A time given as a span before now (`90m`) or as a moment; the value gives epoch milliseconds for a now. */
const sinceOption: Option<((now: number) => number) | null> = {
  flag: 'since',
  help: 'only findings opened or changed since: a span such as 2h, or a time',
  placeholder: 'TIME',
  repeatable: false,
  defaultText: null,
  fallback: null,
  parse: ([text = '']) => {
    const ago = parseDuration(text);
    if (ago !== null) return { ok: true, value: now => Math.max(0, Math.round(now - ago)) };
    const time = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d)?(\.\d+)?(Z|[+-]\d\d:\d\d)$/.test(text) ? Date.parse(text) : NaN;
    return Number.isNaN(time)
      ? { ok: false, allowed: 'a span such as 2h, or a time such as 2026-01-31T08:00:00Z' }
      : { ok: true, value: () => time };
  },
};

const causeOption: Option<Cause | null> = {
  ...optionalTextOption({ flag: 'cause', help: 'only nodes with findings of this cause', placeholder: 'CAUSE' }),
  fallback: null,
  parse: ([text = '']) => {
    const cause = (Object.keys(causes) as Cause[]).find(known => known === text);
    return cause === undefined
      ? { ok: false, allowed: `one of ${Object.keys(causes).join(', ')}` }
      : { ok: true, value: cause };
  },
};

const options = {
  ...askOptions,
  cause: causeOption,
  registry: optionalTextOption({
    flag: 'registry',
    help: 'only nodes with findings at this registry',
    placeholder: 'HOST',
  }),
  since: sinceOption,
};

type Filter = { cause: Cause | null; registry: string | null; since: string | null };

/** The node with only those of its open findings that were asked for. */
const narrowed = (node: NodeSummary, findings: FindingItem[]): NodeSummary => {
  const counts = new Map<Cause, number>();
  for (const { cause } of findings) counts.set(cause, (counts.get(cause) ?? 0) + 1);
  const errors = findings.filter(finding => finding.severity === 'error').length;
  return {
    ...node,
    errors,
    warnings: findings.length - errors,
    causes: [...counts].map(([cause, count]) => ({ cause, count })).sort((a, b) => b.count - a.count),
    waiting: findings.reduce((sum, finding) => sum + finding.pods.length, 0),
  };
};

/** The nodes; with a filter those that have open findings it holds for, with only these counted. */
const askNodes = async (ask: Ask, filter: Filter): Promise<NodeSummary[]> => {
  const nodes = await ask.all({ path: '/v1/nodes', schema: nodeSummarySchema });
  if (Object.values(filter).every(value => value === null)) return nodes;
  const byNode = new Map<string, FindingItem[]>();
  for (const finding of await ask.all({ path: '/v1/findings', query: filter, schema: findingItemSchema }))
    byNode.set(finding.nodeUid, [...(byNode.get(finding.nodeUid) ?? []), finding]);
  return nodes.flatMap(node => {
    const findings = byNode.get(node.uid);
    return findings === undefined ? [] : [narrowed(node, findings)];
  });
};

const findingsOf = (node: NodeSummary): number => node.errors + node.warnings;

/** What needs a person first: by status, then by how many findings. */
const byUrgency = (a: NodeSummary, b: NodeSummary): number =>
  nodeStatuses.indexOf(a.status) - nodeStatuses.indexOf(b.status) ||
  findingsOf(b) - findingsOf(a) ||
  (a.name < b.name ? -1 : 1);

const meanings = { failing: 'bad', degraded: 'poor', stale: 'poor', unknown: 'dim', ok: 'good' } as const;

/** A status in its colour. */
export const paintStatus = (paint: Paint, text: string, status: NodeStatus): string => paint(text, meanings[status]);

const causesText = ({ causes: counts }: NodeSummary, wide: boolean): string => {
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
export const nodesText = (nodes: NodeSummary[], how: { now: number; wide: boolean; paint: Paint }): string => {
  const { now, wide, paint } = how;
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
  const lines = tableLines(wide ? wideColumns : columns, rows, { wide, paintCell });
  const hint = lines.some(line => line.includes('…')) ? ' (-o wide shows names in full)' : '';
  const summary = `${nodes.length} node${nodes.length === 1 ? '' : 's'}: ${counts.join(', ')}${hint}`;
  return [...lines, '', summary, ''].join('\n');
};

/** `pullpath nodes`: which nodes cannot pull, and the first reason of each. */
export const nodesCommand = defineCommand({
  name: 'nodes',
  summary: 'which nodes cannot pull, and why',
  args: '',
  maxArgs: 0,
  options,
  run: async (values, _args, io) => {
    const now = Date.now();
    const ask = await openAsk({ server: values.server, tokenFile: values.tokenFile, signal: io.signal });
    try {
      const since = values.since === null ? null : String(values.since(now));
      const filter = { cause: values.cause, registry: values.registry, since };
      const nodes = await askNodes(ask, filter);
      if (values.output === 'json') io.stdout.write(printJson({ items: nodes, next: null }));
      else if (nodes.length > 0)
        io.stdout.write(nodesText(nodes, { now, wide: values.output === 'wide', paint: painter(io.colour) }));
      else if (Object.values(filter).some(value => value !== null)) io.stderr.write('No node has such findings.\n');
      else io.stderr.write('No node has reported yet; check that agents run and know this aggregator.\n');
      return values.fail && nodes.some(node => findingsOf(node) > 0) ? exitCode.failed : exitCode.ok;
    } finally {
      await ask.close();
    }
  },
});
