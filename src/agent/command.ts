import { once } from 'node:events';
import { setFlagsFromString } from 'node:v8';
import { defineCommand, exitCode } from '../lib/command.ts';
import { agentOptions } from './options.ts';

/**
 * Machine code for hot functions is not worth its memory here: without the optimizing compilers the agent is 9 MB smaller
 * (of 78), and 100,000 journal lines of which 2,000 matter cost it 1.1 instead of 0.8 CPU seconds (docs/performance.md).
 */
const interpretOnly = (): void =>
  ['--no-opt', '--no-maglev', '--no-sparkplug'].forEach(flag => setFlagsFromString(flag));

/** `pullpath agent`: follows this node's pulls and reports them. */
export const agentCommand = defineCommand({
  name: 'agent',
  summary: 'follow this node’s image pulls and report what fails',
  args: '',
  maxArgs: 0,
  options: agentOptions,
  run: async (values, _args, io) => {
    interpretOnly();
    const { startAgent } = await import('./agent.ts');
    const running = await startAgent(values);
    if (!io.signal.aborted) await once(io.signal, 'abort');
    await running.stop();
    return exitCode.ok;
  },
});
