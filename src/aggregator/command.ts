import { once } from 'node:events';
import { defineCommand, exitCode } from '../lib/command.ts';
import { createLog, logLevels } from '../lib/log.ts';
import { choiceOption, durationOption, listenOption, optionalTextOption, textOption } from '../lib/option-kinds.ts';
import { readTokens } from '../lib/token-file.ts';
import { PullpathError } from '../model/error.ts';
import { startAggregator } from './aggregator.ts';
import { isLoopback, type Auth } from './auth.ts';

const options = {
  listen: listenOption({
    flag: 'listen',
    help: 'where the API listens',
    fallback: { host: '127.0.0.1', port: 8470 },
  }),
  dataDir: textOption({ flag: 'data-dir', help: 'where the database is', placeholder: 'DIR', fallback: './data' }),
  staleAfter: durationOption({
    flag: 'stale-after',
    help: 'a node silent for longer is stale',
    min: '10s',
    max: '1d',
    fallback: '2m',
  }),
  retention: durationOption({
    flag: 'retention',
    help: 'how long closed findings and silent nodes are kept',
    min: '1h',
    max: '366d',
    fallback: '7d',
  }),
  auth: choiceOption({
    flag: 'auth',
    help: 'who may call: all (loopback only), or who has a token',
    choices: ['none', 'token'],
    fallback: 'none',
  }),
  tokenFile: optionalTextOption({ flag: 'token-file', help: 'tokens allowed, one a line', placeholder: 'FILE' }),
  logLevel: choiceOption({ flag: 'log-level', help: 'least that is logged', choices: logLevels, fallback: 'info' }),
};

const authOf = (kind: 'none' | 'token', tokenFile: string | null, host: string): Auth => {
  const wrong = (message: string): PullpathError => new PullpathError('option-invalid', message);
  if (kind === 'none' && tokenFile !== null) throw wrong('--token-file is for --auth token; give that as well');
  if (kind === 'none' && !isLoopback(host))
    throw wrong(`--auth none is for loopback only, and --listen is ${host}; use --auth token with --token-file`);
  if (kind === 'none') return { kind };
  if (tokenFile === null) throw wrong('--auth token needs --token-file');
  return { kind, tokens: readTokens(tokenFile) };
};

/** `pullpath aggregator`: takes agents' reports and answers questions about all nodes. */
export const aggregatorCommand = defineCommand({
  name: 'aggregator',
  summary: 'take the agents’ reports and serve the API',
  args: '',
  maxArgs: 0,
  options,
  run: async (values, _args, io) => {
    const running = await startAggregator({
      listen: values.listen,
      dataDir: values.dataDir,
      staleAfterMs: values.staleAfter,
      retentionMs: values.retention,
      auth: authOf(values.auth, values.tokenFile, values.listen.host),
      log: createLog('aggregator', values.logLevel),
    });
    if (!io.signal.aborted) await once(io.signal, 'abort');
    await running.stop();
    return exitCode.ok;
  },
});
