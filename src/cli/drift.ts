import { defineCommand, exitCode } from '../lib/command.ts';
import type { Drift } from '../model/drift.ts';
import { driftSchema } from '../wire/cluster-schema.ts';
import { asking, askOptions } from './ask-options.ts';
import { driftText } from './drift-text.ts';
import { printList } from './output.ts';

/** `pullpath drift [NODE]`: what differs on which nodes, against the majority of their group. */
export const driftCommand = defineCommand({
  name: 'drift',
  summary: 'what differs on which nodes, against what most have, and since when',
  args: '[NODE]',
  maxArgs: 1,
  options: askOptions,
  run: (values, [node = null], io) =>
    asking(values, io, async (ask, view) => {
      const drifts: Drift[] = await ask.all({ path: '/v1/drift', query: { node }, schema: driftSchema });
      const none =
        node === null
          ? 'No node that was heard differs from the others of its group; pullpath nodes tells which were.'
          : `${node} differs in nothing from the others of its group.`;
      printList(io, values.output, { items: drifts, table: items => driftText(items, view), none });
      return values.fail && drifts.length > 0 ? exitCode.failed : exitCode.ok;
    }),
});
