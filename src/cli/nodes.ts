import { defineCommand, exitCode } from '../lib/command.ts';
import { optionalTextOption, parseDuration } from '../lib/option-kinds.ts';
import type { Option } from '../lib/options.ts';
import { causes, type Cause } from '../model/cause.ts';
import { findingItemSchema, nodeSummarySchema, type FindingItem, type NodeSummary } from '../wire/api.ts';
import { askOptions, openAsk, type Ask } from './ask.ts';
import { findingsOf, nodesText } from './nodes-text.ts';
import { painter, printJson } from './output.ts';

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
