import { defineCommand, exitCode } from '../lib/command.ts';
import { PullpathError } from '../model/error.ts';
import { nodeDetailSchema } from '../wire/api.ts';
import { askOptions, openAsk } from './ask.ts';
import { nodeText } from './node-text.ts';
import { painter, printJson } from './output.ts';

/** `pullpath node NAME`: what one node cannot pull, why, and what to type. */
export const nodeCommand = defineCommand({
  name: 'node',
  summary: 'what one node cannot pull, why, and what to do',
  args: 'NAME',
  maxArgs: 1,
  options: askOptions,
  run: async (values, [name = ''], io) => {
    if (name === '') throw new PullpathError('option-invalid', 'give the node’s name or uid: pullpath node NAME');
    const ask = await openAsk({ server: values.server, tokenFile: values.tokenFile, signal: io.signal });
    try {
      const node = await ask.one({ path: `/v1/nodes/${encodeURIComponent(name)}`, schema: nodeDetailSchema });
      const how = { now: Date.now(), wide: values.output === 'wide', paint: painter(io.colour) };
      io.stdout.write(values.output === 'json' ? printJson(node) : nodeText(node, how));
      return values.fail && node.findings.length > 0 ? exitCode.failed : exitCode.ok;
    } finally {
      await ask.close();
    }
  },
});
