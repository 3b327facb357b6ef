import { defineCommand, exitCode } from '../lib/command.ts';
import type { Incident } from '../model/incident.ts';
import { incidentSchema } from '../wire/incident-schema.ts';
import { asking, askOptions, filterOf, filterOptions, narrows, type Filter } from './ask-options.ts';
import type { Ask } from './ask.ts';
import { incidentsText } from './incidents-text.ts';
import { printList } from './output.ts';

/** The open incidents; with a time those that were closed since then as well. */
const askIncidents = (ask: Ask, filter: Filter): Promise<Incident[]> =>
  ask.all({
    path: '/v1/incidents',
    query: { ...filter, state: filter.since === null ? null : 'all' },
    schema: incidentSchema,
  });

/** `pullpath incidents`: what is broken in the cluster, each thing once, however many nodes and images show it. */
export const incidentsCommand = defineCommand({
  name: 'incidents',
  summary: 'what is broken in the cluster: this node, these nodes, this registry, or everyone',
  args: '',
  maxArgs: 0,
  options: { ...askOptions, ...filterOptions },
  run: (values, _args, io) =>
    asking(values, io, async (ask, view) => {
      const filter = filterOf(values, view.now);
      const incidents = await askIncidents(ask, filter);
      const none = narrows(filter)
        ? 'There is no such incident.'
        : 'No incident is open; pullpath nodes tells which nodes are heard and which are not.';
      printList(io, values.output, { items: incidents, table: items => incidentsText(items, view), none });
      return values.fail && incidents.some(({ closedAt }) => closedAt === null) ? exitCode.failed : exitCode.ok;
    }),
});
