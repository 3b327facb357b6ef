import type { Command } from './lib/command.ts';

/** A command's name and summary, and its module, loaded only when it runs: an agent never loads the aggregator. */
export type CommandEntry = { name: string; summary: string; load: () => Promise<Command> };

/** Every command, in the order of `--help`. */
export const commandTable: CommandEntry[] = [
  {
    name: 'agent',
    summary: 'follow this node’s image pulls and report what fails',
    load: () => import('./agent/command.ts').then(module => module.agentCommand),
  },
  {
    name: 'aggregator',
    summary: 'take the agents’ reports and serve the API',
    load: () => import('./aggregator/command.ts').then(module => module.aggregatorCommand),
  },
  {
    name: 'up',
    summary: 'agent and aggregator in one process, for this node alone',
    load: () => import('./up.ts').then(module => module.upCommand),
  },
  {
    name: 'check',
    summary: 'walk the pull path from this node as containerd would, and say where it breaks',
    load: () => import('./check.ts').then(module => module.checkCommand),
  },
  {
    name: 'explain',
    summary: 'name the cause of a pull error and what to do about it, offline',
    load: () => import('./cli/explain.ts').then(module => module.explainCommand),
  },
  {
    name: 'nodes',
    summary: 'which nodes cannot pull, and why',
    load: () => import('./cli/nodes.ts').then(module => module.nodesCommand),
  },
  {
    name: 'node',
    summary: 'what one node cannot pull, why, and what to do',
    load: () => import('./cli/node.ts').then(module => module.nodeCommand),
  },
  {
    name: 'retry',
    summary: 'ask nodes that wait for an image to pull it now, under their own rules',
    load: () => import('./cli/retry.ts').then(module => module.retryCommand),
  },
  {
    name: 'incidents',
    summary: 'what is broken in the cluster: this node, these nodes, this registry, or everyone',
    load: () => import('./cli/incidents.ts').then(module => module.incidentsCommand),
  },
  {
    name: 'incident',
    summary: 'one incident: the evidence, what the nodes share, who waits, and what to do',
    load: () => import('./cli/incident.ts').then(module => module.incidentCommand),
  },
  {
    name: 'image',
    summary: 'where an image pulls and where it does not, and why',
    load: () => import('./cli/image.ts').then(module => module.imageCommand),
  },
  {
    name: 'matrix',
    summary: 'nodes × registries: who reaches what, the worst first',
    load: () => import('./cli/matrix.ts').then(module => module.matrixCommand),
  },
  {
    name: 'drift',
    summary: 'what differs on which nodes, against what most have, and since when',
    load: () => import('./cli/drift.ts').then(module => module.driftCommand),
  },
  {
    name: 'watch',
    summary: 'follow incidents and findings as they open, change and close',
    load: () => import('./cli/watch.ts').then(module => module.watchCommand),
  },
];
