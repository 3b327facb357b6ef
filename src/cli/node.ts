import { defineCommand, exitCode } from '../lib/command.ts';
import { PullpathError } from '../model/error.ts';
import { nodeDetailSchema, reachabilitySchema, type Reachability } from '../wire/api.ts';
import { askOptions, openAsk, type Ask } from './ask.ts';
import { nodeText } from './node-text.ts';
import { painter, printJson } from './output.ts';

/** Null from an aggregator that is too old to have it: it answered for the node itself just before. */
const askReach = async (ask: Ask, path: string): Promise<Reachability | null> => {
  try {
    return await ask.one({ path: `${path}/reachability`, schema: reachabilitySchema });
  } catch (error) {
    if (error instanceof PullpathError && error.code === 'aggregator-refused') return null;
    throw error;
  }
};

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
      const path = `/v1/nodes/${encodeURIComponent(name)}`;
      const node = await ask.one({ path, schema: nodeDetailSchema });
      const reach = await askReach(ask, path);
      const how = { now: Date.now(), wide: values.output === 'wide', paint: painter(io.colour) };
      io.stdout.write(
        values.output === 'json'
          ? printJson({ ...node, reachability: reach?.hosts ?? null })
          : nodeText(node, reach, how),
      );
      return values.fail && node.findings.length > 0 ? exitCode.failed : exitCode.ok;
    } finally {
      await ask.close();
    }
  },
});
