import { defineCommand, exitCode } from '../lib/command.ts';
import type { Incident } from '../model/incident.ts';
import { incidentSchema } from '../wire/incident-schema.ts';
import { asking, askOptions, filterOf, filterOptions, type Filter } from './ask-options.ts';
import type { Ask } from './ask.ts';
import { incidentsText } from './incidents-text.ts';
import { printJson } from './output.ts';

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
      if (values.output === 'json') io.stdout.write(printJson({ items: incidents, next: null }));
      else if (incidents.length > 0) io.stdout.write(incidentsText(incidents, view));
      else if (Object.values(filter).some(value => value !== null)) io.stderr.write('There is no such incident.\n');
      else io.stderr.write('No incident is open; pullpath nodes tells which nodes are heard and which are not.\n');
      return values.fail && incidents.some(({ closedAt }) => closedAt === null) ? exitCode.failed : exitCode.ok;
    }),
});
