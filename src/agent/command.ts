import { once } from 'node:events';
import { defineCommand, exitCode } from '../lib/command.ts';
import { startAgent } from './agent.ts';
import { agentOptions } from './options.ts';

/** `pullpath agent`: follows this node's pulls and reports them. */
export const agentCommand = defineCommand({
  name: 'agent',
  summary: 'follow this node’s image pulls and report what fails',
  args: '',
  maxArgs: 0,
  options: agentOptions,
  run: async (values, _args, io) => {
    const running = await startAgent(values);
    if (!io.signal.aborted) await once(io.signal, 'abort');
    await running.stop();
    return exitCode.ok;
  },
});
