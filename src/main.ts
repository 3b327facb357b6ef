#!/usr/bin/env node
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { commandTable, type CommandEntry } from './commands.ts';
import { exitCode, pageColumns, type CommandIo } from './lib/command.ts';
import { helpOf, parseOptions } from './lib/options.ts';
import { PullpathError } from './model/error.ts';
import { systemWords } from './lib/system-words.ts';
import { isOlder, oldestNode, version } from './lib/version.ts';
import { wrapWords } from './lib/wrap-words.ts';

/** kubectl runs `kubectl-pullpath` from the PATH for `kubectl pullpath`; that is this program by another name. */
const isPlugin = basename(process.argv[1] ?? '').replace(/\.[a-z]+$/, '') === 'kubectl-pullpath';
const programName = isPlugin ? 'kubectl pullpath' : 'pullpath';

/** The program's own help: a command a line, more on a narrow terminal. */
const programHelp = (width: number): string => {
  const rows = commandTable.flatMap(({ name, summary }) =>
    wrapWords(summary, width - 15).map((line, at) => `  ${(at === 0 ? name : '').padEnd(12)} ${line}`),
  );
  return [
    ...wrapWords(
      'pullpath: can this node pull its images; if not, where does it break, and what do I type now?',
      width,
    ),
    '',
    `Usage: ${programName} COMMAND [OPTIONS]`,
    '',
    ...rows,
    '',
    ...wrapWords(
      `${programName} COMMAND --help shows a command’s options; ${programName} --version the version.`,
      width,
    ),
    '',
  ].join('\n');
};

/** YAML is loaded only where a file is given: the agent's memory counts. */
const configReader = async (wanted: boolean): Promise<(path: string) => unknown> => {
  if (!wanted) return () => null;
  // Its default export: in a bundle a CommonJS module that is loaded on demand has no other.
  const {
    default: { parse },
  } = await import('yaml');
  return path => {
    try {
      return parse(readFileSync(path, 'utf8')) as unknown;
    } catch (error) {
      const [why] = systemWords(error).split('\n');
      throw new PullpathError('config-unreadable', `--config ${path}: ${why}`, { cause: error });
    }
  };
};

const runCommand = async (entry: CommandEntry, argv: string[], io: CommandIo): Promise<number> => {
  const command = await entry.load();
  const flags = argv.includes('--') ? argv.slice(0, argv.indexOf('--')) : argv;
  if (flags.includes('--help') || flags.includes('-h')) {
    const usage = `Usage: ${programName} ${command.name}${command.args === '' ? '' : ` ${command.args}`} [OPTIONS]`;
    const summary = wrapWords(command.summary, io.width).join('\n');
    io.stdout.write(`${summary}\n\n${usage}\n\n${helpOf(command.options, io.width)}\n`);
    return exitCode.ok;
  }
  const hasConfig = flags.some(word => word.startsWith('--config')) || Boolean(process.env['PULLPATH_CONFIG']);
  const readConfig = await configReader(hasConfig);
  const { values, rest } = parseOptions(command.options, { argv, env: process.env, readConfig });
  if (rest.length > command.maxArgs)
    throw new PullpathError('option-invalid', `unexpected argument "${rest[command.maxArgs] ?? ''}"; see --help`);
  return command.run(values, rest, io);
};

/** One line to stderr: what, why and what to do; usage faults end with 2. */
const explainFault = (name: string, error: unknown, io: CommandIo): number => {
  if (!(error instanceof PullpathError)) throw error;
  io.stderr.write(`${programName} ${name}: ${error.message} [${error.code}]\n`);
  if (
    ['option-invalid', 'config-unreadable', 'command-unknown', 'token-file-unreadable', 'node-too-old'].includes(
      error.code,
    )
  )
    return exitCode.usage;
  const noAnswer = ['aggregator-unreachable', 'aggregator-refused', 'aggregator-answer', 'nothing-to-check'].includes(
    error.code,
  );
  return noAnswer ? exitCode.unreachable : exitCode.failed;
};

const tooOld = (): PullpathError =>
  new PullpathError(
    'node-too-old',
    `this is Node ${process.versions.node}, and ${oldestNode} or newer is needed; put one first on the PATH (npm ci brings one: node_modules/.bin)`,
  );

const main = async (): Promise<number> => {
  const stop = new AbortController();
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => stop.abort(signal));
  const colour = process.stdout.isTTY && !process.env['NO_COLOR'];
  const io: CommandIo = {
    stdin: process.stdin,
    stdout: process.stdout,
    stderr: process.stderr,
    signal: stop.signal,
    colour,
    width: pageColumns(process.stdout.columns),
    plugin: isPlugin,
  };
  const [name = '--help', ...argv] = process.argv.slice(2);
  if (name === '--help' || name === 'help' || name === '-h') {
    io.stdout.write(programHelp(io.width));
    return exitCode.ok;
  }
  if (name === '--version') {
    io.stdout.write(`pullpath ${version}\n`);
    return exitCode.ok;
  }
  const entry = commandTable.find(candidate => candidate.name === name);
  try {
    if (isOlder(process.versions.node, oldestNode)) throw tooOld();
    if (!entry)
      throw new PullpathError(
        'command-unknown',
        `no such command; there are ${commandTable.map(one => one.name).join(', ')}`,
      );
    return await runCommand(entry, argv, io);
  } catch (error) {
    return explainFault(name, error, io);
  }
};

process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  // `pullpath nodes | head`: the reader left, which is no fault of ours.
  if (error.code === 'EPIPE') process.exit(exitCode.ok);
});
process.exitCode = await main();
