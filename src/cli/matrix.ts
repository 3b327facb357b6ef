import { defineCommand, exitCode } from '../lib/command.ts';
import { matrixRowSchema } from '../wire/cluster-schema.ts';
import { asking, askOptions, registryOption } from './ask-options.ts';
import { matrixText } from './matrix-text.ts';
import { printList } from './output.ts';

/** `pullpath matrix`: which node reaches which registry. */
export const matrixCommand = defineCommand({
  name: 'matrix',
  summary: 'nodes × registries: who reaches what, the worst first',
  args: '',
  maxArgs: 0,
  options: { ...askOptions, registry: registryOption },
  run: (values, _args, io) =>
    asking(values, io, async (ask, view) => {
      const rows = await ask.all({
        path: '/v1/matrix',
        query: { registry: values.registry },
        schema: matrixRowSchema,
      });
      const none = 'No node has walked a path yet; pullpath nodes tells which nodes are heard.';
      printList(io, values.output, { items: rows, table: items => matrixText(items, view), none });
      const broken = rows.some(({ cells }) => cells.some(({ outcome }) => outcome === 'fail'));
      return values.fail && broken ? exitCode.failed : exitCode.ok;
    }),
});
