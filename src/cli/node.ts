import { defineCommand, exitCode } from '../lib/command.ts';
import { PullpathError } from '../model/error.ts';
import type { Incident } from '../model/incident.ts';
import type { WorkloadCheck } from '../model/workload.ts';
import { findingDetailSchema, nodeAnswerSchema, reachabilitySchema, type Reachability } from '../wire/api.ts';
import { incidentSchema } from '../wire/incident-schema.ts';
import { asking, askOptions } from './ask-options.ts';
import type { Ask } from './ask.ts';
import type { FindingContext } from './finding-text.ts';
import { nodeText, type NodeAnswer } from './node-text.ts';
import { printJson } from './output.ts';

/** Of a node with many findings, so many are asked about further: the others are like them or can be asked for. */
const askedFurther = 5;

/** Null where it is not there any more, or the aggregator is too old to have it: it answered for the node itself just before. */
const orNull = async <Answer>(asked: Promise<Answer>): Promise<Answer | null> => {
  try {
    return await asked;
  } catch (error) {
    const gone = ['not-found', 'aggregator-refused', 'aggregator-answer'];
    if (error instanceof PullpathError && gone.includes(error.code)) return null;
    throw error;
  }
};

const askReach = (ask: Ask, path: string): Promise<Reachability | null> =>
  orNull(ask.one({ path: `${path}/reachability`, schema: reachabilitySchema }));

const askIncident = async (ask: Ask, id: string): Promise<[string, Incident][]> => {
  const incident = await orNull(ask.one({ path: `/v1/incidents/${encodeURIComponent(id)}`, schema: incidentSchema }));
  return incident === null ? [] : [[id, incident]];
};

const askWorkloads = async (ask: Ask, id: string): Promise<[string, WorkloadCheck[]][]> => {
  const finding = await orNull(
    ask.one({ path: `/v1/findings/${encodeURIComponent(id)}`, schema: findingDetailSchema }),
  );
  return finding === null ? [] : [[id, finding.workloads]];
};

/** What all nodes together, and the cluster, say of the first of a node's findings. */
const askContext = async (ask: Ask, { findings }: NodeAnswer): Promise<FindingContext> => {
  const first = <Item>(items: Item[]): Item[] => [...new Set(items)].slice(0, askedFurther);
  const incidents = first(findings.flatMap(({ incident }) => incident ?? []));
  const waiting = first(findings.flatMap(({ id, pods }) => (pods.length === 0 ? [] : [id])));
  const [known, told] = await Promise.all([
    Promise.all(incidents.map(id => askIncident(ask, id))),
    Promise.all(waiting.map(id => askWorkloads(ask, id))),
  ]);
  return { incidents: new Map(known.flat()), workloads: new Map(told.flat()) };
};

/** `pullpath node NAME`: what one node cannot pull, why, and what to type. */
export const nodeCommand = defineCommand({
  name: 'node',
  summary: 'what one node cannot pull, why, and what to do',
  args: 'NAME',
  maxArgs: 1,
  options: askOptions,
  run: (values, [name = ''], io) => {
    if (name === '') throw new PullpathError('option-invalid', 'give the node’s name or uid: node NAME');
    return asking(values, io, async (ask, view) => {
      const path = `/v1/nodes/${encodeURIComponent(name)}`;
      const node = await ask.one({ path, schema: nodeAnswerSchema });
      const reach = await askReach(ask, path);
      if (values.output === 'json') io.stdout.write(printJson({ ...node, reachability: reach?.hosts ?? null }));
      else io.stdout.write(nodeText(node, reach, { ...view, ...(await askContext(ask, node)) }));
      return values.fail && node.findings.length > 0 ? exitCode.failed : exitCode.ok;
    });
  },
});
