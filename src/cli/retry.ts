import { defineCommand, exitCode } from '../lib/command.ts';
import { optionalTextOption } from '../lib/option-kinds.ts';
import { PullpathError } from '../model/error.ts';
import { retryAnswerSchema } from '../wire/retry-schema.ts';
import { asking, wayOptions } from './ask-options.ts';
import { oneLine, wrap } from './output.ts';
import { namesText } from './scope-text.ts';

/** `pullpath retry IMAGE`: asks the nodes that wait for an image to pull it now; each does by its own rules. */
export const retryCommand = defineCommand({
  name: 'retry',
  summary: 'ask nodes that wait for an image to pull it now, under their own rules (docs/recover.md)',
  args: 'IMAGE',
  maxArgs: 1,
  options: {
    ...wayOptions,
    node: optionalTextOption({
      flag: 'node',
      help: 'this node alone, by name or uid',
      placeholder: 'NODE',
      defaultText: 'all that wait for the image',
    }),
  },
  run: async (values, [image = ''], io) => {
    if (image === '') throw new PullpathError('option-invalid', 'give the image: pullpath retry IMAGE');
    return asking(values, io, async (ask, view) => {
      if (ask.tell === null)
        throw new PullpathError('option-invalid', 'kubectl’s way is for reading only; use --server to ask for a pull');
      const request = { image, ...(values.node === null ? {} : { node: values.node }) };
      const { nodes, image: full } = await ask.tell('/v1/retries', request, retryAnswerSchema);
      const names = namesText({ count: nodes.length, names: nodes }, false);
      const asked = `Asked ${names} to pull ${full}; they hear of it within a heartbeat (30 s). What came of it:`;
      io.stdout.write([...wrap(asked, view.width), `  pullpath image ${oneLine(full)}`, ''].join('\n'));
      return exitCode.ok;
    });
  },
});
