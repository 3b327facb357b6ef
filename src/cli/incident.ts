import { defineCommand, exitCode } from '../lib/command.ts';
import { PullpathError } from '../model/error.ts';
import type { Incident } from '../model/incident.ts';
import { normalImage } from '../model/image-ref.ts';
import { findingDetailSchema, type FindingDetail, type FindingItem } from '../wire/api.ts';
import { incidentDetailSchema } from '../wire/incident-schema.ts';
import type { RetryItem } from '../wire/retry-schema.ts';
import { asking, askOptions } from './ask-options.ts';
import type { Ask } from './ask.ts';
import { retriesOf } from './image.ts';
import { incidentText } from './incident-text.ts';
import { printJson } from './output.ts';

/** Of an incident with many images, so many are asked about further. */
const askedImages = 5;

/** The first of its findings that is still known: with the error's words, the six questions, and what the cluster says. */
const askExample = async (ask: Ask, { findings: [id] }: Incident): Promise<FindingDetail | null> => {
  if (id === undefined) return null;
  try {
    return await ask.one({ path: `/v1/findings/${encodeURIComponent(id)}`, schema: findingDetailSchema });
  } catch (error) {
    // Closed and pruned in between, or an aggregator of another version: the incident is what was asked for.
    if (error instanceof PullpathError && ['not-found', 'aggregator-answer'].includes(error.code)) return null;
    throw error;
  }
};

/** What agents pulled of the images that its findings are about, on their nodes. */
const askRetries = async (ask: Ask, image: string | null, findings: readonly FindingItem[]): Promise<RetryItem[]> => {
  const named = [image, ...findings.map(one => one.image)].flatMap(one => (one === null ? [] : [normalImage(one)]));
  const images = [...new Set(named)];
  const uids = new Set(findings.map(({ nodeUid }) => nodeUid));
  const lists = await Promise.all(images.slice(0, askedImages).map(image => retriesOf(ask, image)));
  return lists
    .flat()
    .filter(({ nodeUid }) => uids.size === 0 || uids.has(nodeUid))
    .sort((one, other) => other.at - one.at);
};

/** `pullpath incident ID`: one broken thing, the evidence for how far it reaches, and what to type. */
export const incidentCommand = defineCommand({
  name: 'incident',
  summary: 'one incident: the evidence, what the nodes share, who waits, and what to do',
  args: 'ID',
  maxArgs: 1,
  options: askOptions,
  run: (values, [id = ''], io) => {
    if (id === '')
      throw new PullpathError('option-invalid', 'give the incident’s id, as incidents lists it: incident ID');
    return asking(values, io, async (ask, view) => {
      const one = await ask.one({ path: `/v1/incidents/${encodeURIComponent(id)}`, schema: incidentDetailSchema });
      if (values.output === 'json') io.stdout.write(printJson(one));
      else {
        const retries = await askRetries(ask, one.image, one.findingItems);
        io.stdout.write(incidentText({ ...one, retries }, await askExample(ask, one), view));
      }
      return values.fail && one.closedAt === null ? exitCode.failed : exitCode.ok;
    });
  },
});
