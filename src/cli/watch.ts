import { defineCommand, exitCode } from '../lib/command.ts';
import { choiceOption } from '../lib/option-kinds.ts';
import { PullpathError } from '../model/error.ts';
import { asking, filterOf, filterOptions, wayOptions, type Filter } from './ask-options.ts';
import type { Ask } from './ask.ts';
import { printJson } from './output.ts';
import { askChanges, changeLook } from './watch-ask.ts';
import { happeningOf, isWanted } from './watch-event.ts';
import { followByAsking, followStream, type Say } from './watch-follow.ts';
import { watchLine, type Happening } from './watch-text.ts';

const options = {
  ...wayOptions,
  ...filterOptions,
  output: choiceOption({
    flag: 'output',
    help: 'lines of 100 columns, lines in full, or JSON, one object a line; also -o',
    choices: ['table', 'wide', 'json'],
    fallback: 'table',
  }),
};

type Watching = { ask: Ask; filter: Filter; now: number; signal: AbortSignal; say: Say };

/** What happened since the time that was asked for, then all that happens. */
const happenings = async function* ({ ask, filter, now, signal, say }: Watching): AsyncGenerator<Happening> {
  const { follow } = ask;
  if (follow === null) {
    say('kubectl get --raw carries no stream: asking every 5 s. Ctrl-C ends.');
    yield* followByAsking(changeLook(ask, filter, now), { signal, say });
    return;
  }
  if (filter.since !== null) yield* await askChanges(ask, filter);
  say('Following incidents and findings as they open, change and close. Ctrl-C ends.');
  for await (const event of followStream(follow, { signal, say })) {
    if (event.event === 'missed') say('Some of what happened is not kept any more: look at incidents once.');
    const happening = happeningOf(event, Date.now());
    if (happening !== null && isWanted(happening, filter)) yield happening;
  }
};

/** `pullpath watch`: a line for each incident and finding that opens, changes or closes, until Ctrl-C. */
export const watchCommand = defineCommand({
  name: 'watch',
  summary: 'follow incidents and findings as they open, change and close',
  args: '',
  maxArgs: 0,
  options,
  run: (values, _args, io) =>
    asking(values, io, async (ask, view) => {
      // For people only: whoever pipes this reads the lines.
      const say: Say = line => {
        if (io.stderr.isTTY === true) io.stderr.write(`${line}\n`);
      };
      const filter = filterOf(values, view.now);
      // A wider terminal shows more of the alert line.
      const how = { ...view, width: Math.max(view.width, io.stdout.columns ?? 0) };
      try {
        for await (const one of happenings({ ask, filter, now: view.now, signal: io.signal, say }))
          io.stdout.write(values.output === 'json' ? printJson(one, 0) : `${watchLine(one, how)}\n`);
      } catch (error) {
        // Ctrl-C may come while something is asked.
        if (!io.signal.aborted || !(error instanceof PullpathError)) throw error;
      }
      return exitCode.ok;
    }),
});
