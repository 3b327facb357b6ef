import { defineCommand, exitCode } from '../lib/command.ts';
import { PullpathError } from '../model/error.ts';
import { parseImageRef } from '../model/image-ref.ts';
import { imageSchema } from '../wire/cluster-schema.ts';
import { retryItemSchema, type RetryItem } from '../wire/retry-schema.ts';
import { asking, askOptions } from './ask-options.ts';
import type { Ask } from './ask.ts';
import { imageText } from './image-text.ts';
import { oneLine, printJson } from './output.ts';

/** What agents pulled of an image; nothing where the aggregator is too old to tell. */
export const retriesOf = async (ask: Ask, image: string): Promise<RetryItem[]> => {
  try {
    return await ask.all({ path: '/v1/retries', query: { image }, schema: retryItemSchema });
  } catch (error) {
    if (error instanceof PullpathError && ['not-found', 'aggregator-refused'].includes(error.code)) return [];
    throw error;
  }
};

/** `pullpath image REF`: on which nodes an image pulls, on which it does not, and why. */
export const imageCommand = defineCommand({
  name: 'image',
  summary: 'where an image pulls and where it does not, and why',
  args: 'REF',
  maxArgs: 1,
  options: askOptions,
  run: (values, [ref = ''], io) => {
    if (ref === '') throw new PullpathError('option-invalid', 'give an image: image registry.example/team/api:1.4');
    const parsed = parseImageRef(ref);
    if (!parsed.ok) throw new PullpathError('option-invalid', `${oneLine(ref)} is no image reference: ${parsed.error}`);
    return asking(values, io, async (ask, view) => {
      const image = await ask.one({ path: '/v1/images', query: { ref }, schema: imageSchema });
      if (values.output === 'json') io.stdout.write(printJson(image));
      else io.stdout.write(imageText(image, view, await retriesOf(ask, ref)));
      const known = image.pulled.count + image.failed.count + image.ended.count;
      if (known === 0)
        throw new PullpathError(
          'not-found',
          `no node has tried ${oneLine(ref)}, as far as is kept; on a node, pullpath check ${oneLine(ref)} walks to it`,
        );
      return values.fail && image.failed.count > 0 ? exitCode.failed : exitCode.ok;
    });
  },
});
