import type { Command } from './lib/command.ts';

/** A command's name and summary, and its module, loaded only when it runs: an agent never loads the aggregator. */
export type CommandEntry = { name: string; summary: string; load: () => Promise<Command> };

/** Every command, in the order of `--help`. */
export const commandTable: CommandEntry[] = [
  {
    name: 'aggregator',
    summary: 'take the agents’ reports and serve the API',
    load: () => import('./aggregator/command.ts').then(module => module.aggregatorCommand),
  },
];
