import { defineCommand, exitCode } from '../lib/command.ts';
import type { Cause } from '../model/cause.ts';
import { findingItemSchema, nodeSummarySchema, type FindingItem, type NodeSummary } from '../wire/api.ts';
import { asking, askOptions, filterOf, filterOptions, narrows, type Filter } from './ask-options.ts';
import type { Ask } from './ask.ts';
import { findingsOf, nodesText } from './nodes-text.ts';
import { printList } from './output.ts';

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
  if (!narrows(filter)) return nodes;
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
  options: { ...askOptions, ...filterOptions },
  run: (values, _args, io) =>
    asking(values, io, async (ask, view) => {
      const filter = filterOf(values, view.now);
      const nodes = await askNodes(ask, filter);
      const none = narrows(filter)
        ? 'No node has such findings.'
        : 'No node has reported yet; check that agents run and know this aggregator.';
      printList(io, values.output, { items: nodes, table: items => nodesText(items, view), none });
      return values.fail && nodes.some(node => findingsOf(node) > 0) ? exitCode.failed : exitCode.ok;
    }),
});
