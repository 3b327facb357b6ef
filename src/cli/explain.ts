import { once } from 'node:events';
import { explainText } from '../diagnose/explain.ts';
import { defineCommand, exitCode, type CommandIo } from '../lib/command.ts';
import { switchOption } from '../lib/option-kinds.ts';
import { limits } from '../model/limits.ts';
import { PullpathError } from '../model/error.ts';
import { answerNdjson } from './explain-ndjson.ts';
import { explainLine, explainPage } from './explain-page.ts';
import { pageOf } from './output.ts';
import { textLines } from './text-lines.ts';

type Print = (text: string) => Promise<void>;

/** Waits where the reader is slower than we are. */
const printer =
  (io: CommandIo): Print =>
  async text => {
    if (!io.stdout.write(text)) await once(io.stdout, 'drain', { signal: io.signal });
  };

/** An answer as one JSON line. */
const jsonLine = (text: string): string => `${JSON.stringify(explainText(text))}\n`;

/** What only a paste has: a `kubectl describe` page, a table of events, YAML, or lines that go on with the one before. */
const pasteMarks =
  /^(?:(?:NAMESPACE\s+)?LAST SEEN\s|\s+\S|│|Name:\s|Events:|Containers:|Status:\s|apiVersion:|message:|status:|\s*Type\s+Reason\s)/;

const isPaste = (lines: string[]): boolean => lines.some(line => pasteMarks.test(line));

/** Reads standard input: a page pasted whole gets one answer, a list of messages one for each line. */
const answerInput = async (io: CommandIo, print: Print): Promise<void> => {
  const page = pageOf(io);
  if (io.stdin.isTTY === true) io.stderr.write('Paste an error, or what kubectl describe shows, then press Ctrl-D.\n');
  const held: string[] = [];
  let isList = false;
  for await (const line of textLines(io.stdin, io.signal)) {
    if (isList) await print(explainLine(explainText(line), page.paint));
    else held.push(line);
    // Too long for a paste: from here on it is a list, and answered as it comes.
    if (!isList && held.length >= limits.explainPasteLines) {
      isList = true;
      for (const earlier of held.splice(0)) await print(explainLine(explainText(earlier), page.paint));
    }
  }
  const lines = held.filter(line => line.trim() !== '');
  if (lines.length <= 1 || isPaste(lines)) {
    if (!isList) await print(explainPage(explainText(held.join('\n')), page));
    return;
  }
  for (const line of lines) await print(explainLine(explainText(line), page.paint));
};

/** Each argument is a text; bare words are the words of one that was not quoted. */
export const textsOf = (args: string[]): string[] => (args.some(arg => /\s/.test(arg)) ? args : [args.join(' ')]);

const answerStream = async (
  io: CommandIo,
  print: Print,
  answer: (line: string, number: number) => string,
): Promise<void> => {
  let number = 0;
  for await (const line of textLines(io.stdin, io.signal)) await print(answer(line, (number += 1)));
};

/** `pullpath explain`: an error text to its cause and fix, offline. */
export const explainCommand = defineCommand({
  name: 'explain',
  summary: 'name the cause of a pull error and what to do about it, offline',
  args: '[TEXT…]',
  maxArgs: 10_000,
  options: {
    json: switchOption({ flag: 'json', help: 'one JSON object for each text, or for each line of standard input' }),
    ndjson: switchOption({
      flag: 'ndjson',
      help: 'lines of {"id":…,"text":…} in, answers with the same id, digit for digit, out, in order',
    }),
  },
  async run({ json, ndjson }, args, io) {
    const print = printer(io);
    if (ndjson && args.length > 0)
      throw new PullpathError('option-invalid', '--ndjson reads standard input and takes no TEXT');
    if (ndjson) await answerStream(io, print, answerNdjson);
    else if (args.length === 0 && json) await answerStream(io, print, line => jsonLine(line));
    else if (args.length === 0) await answerInput(io, print);
    else if (json) for (const text of textsOf(args)) await print(jsonLine(text));
    else {
      const pages = textsOf(args).map(text => explainPage(explainText(text), pageOf(io)));
      await print(pages.join('\n'));
    }
    return exitCode.ok;
  },
});
