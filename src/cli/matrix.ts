import { defineCommand, exitCode } from '../lib/command.ts';
import { matrixRowSchema } from '../wire/cluster-schema.ts';
import { asking, askOptions, registryOption } from './ask-options.ts';
import { matrixText } from './matrix-text.ts';
import { oneLine, printList } from './output.ts';

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
      const { registry } = values;
      const where = registry === null ? 'a path yet' : `the path to ${oneLine(registry)}`;
      const none = `No node has walked ${where}; pullpath nodes tells which nodes are heard.`;
      const walked = values.output === 'json' || rows.some(({ cells }) => cells.length > 0);
      printList(io, values.output, { items: walked ? rows : [], table: items => matrixText(items, view), none });
      const broken = rows.some(({ cells }) => cells.some(({ outcome }) => outcome === 'fail'));
      return values.fail && broken ? exitCode.failed : exitCode.ok;
    }),
});
