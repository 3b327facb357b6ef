import { once } from 'node:events';
import { defineCommand, exitCode } from '../lib/command.ts';
import { createLog, logLevels } from '../lib/log.ts';
import { choiceOption, durationOption, listenOption, textOption } from '../lib/option-kinds.ts';
import { startAggregator } from './aggregator.ts';
import { authOf, authOptions, tlsOf } from './auth-options.ts';

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
  ...authOptions,
  logLevel: choiceOption({ flag: 'log-level', help: 'least that is logged', choices: logLevels, fallback: 'info' }),
};

/** `pullpath aggregator`: takes agents' reports and answers questions about all nodes. */
export const aggregatorCommand = defineCommand({
  name: 'aggregator',
  summary: 'take the agents’ reports and serve the API',
  args: '',
  maxArgs: 0,
  options,
  run: async (values, _args, io) => {
    const log = createLog('aggregator', values.logLevel);
    const running = await startAggregator({
      listen: values.listen,
      dataDir: values.dataDir,
      staleAfterMs: values.staleAfter,
      retentionMs: values.retention,
      auth: await authOf(values, { host: values.listen.host, env: process.env, log, now: Date.now }),
      tls: tlsOf(values.tlsCertFile, values.tlsKeyFile),
      log,
    });
    if (!io.signal.aborted) await once(io.signal, 'abort');
    await running.stop();
    return exitCode.ok;
  },
});
