import { once } from 'node:events';
import { defineCommand, exitCode } from '../lib/command.ts';
import { createLog, logLevels } from '../lib/log.ts';
import { choiceOption, durationOption, listenOption, type ListenAddress } from '../lib/option-kinds.ts';
import type { Option } from '../lib/options.ts';
import { startAggregator } from './aggregator.ts';
import { databaseOf, databaseOptions } from './database-options.ts';
import { authOf, authOptions, kubernetesOf, tlsOf } from './auth-options.ts';

const proxyListen = listenOption({
  flag: 'proxy-listen',
  help: 'where anyone who gets there may read, for the API server’s service proxy alone: guard it by NetworkPolicy',
  fallback: { host: '127.0.0.1', port: 8472 },
});

const options = {
  listen: listenOption({
    flag: 'listen',
    help: 'where the API listens',
    fallback: { host: '127.0.0.1', port: 8470 },
  }),
  proxyListen: { ...proxyListen, defaultText: null, fallback: null } as Option<ListenAddress | null>,
  ...databaseOptions,
  staleAfter: durationOption({
    flag: 'stale-after',
    help: 'a node silent for longer is stale',
    min: '10s',
    max: '1d',
    fallback: '2m',
  }),
  retention: durationOption({
    flag: 'retention',
    help: 'how long closed findings and incidents, past check outcomes and silent nodes are kept',
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
    // What ps shows of this process: the arguments may hold the database's password.
    if (values.databaseUrl !== null) process.title = 'pullpath aggregator';
    const log = createLog('aggregator', values.logLevel);
    const kubernetes = await kubernetesOf(values, process.env, Date.now);
    const running = await startAggregator({
      listen: values.listen,
      proxyListen: values.proxyListen,
      database: databaseOf(values),
      staleAfterMs: values.staleAfter,
      retentionMs: values.retention,
      maxBytes: values.maxSize,
      auth: authOf(values, { host: values.listen.host, api: kubernetes, log, now: Date.now }),
      kubernetes,
      tls: tlsOf(values.tlsCertFile, values.tlsKeyFile),
      log,
    });
    if (!io.signal.aborted) await once(io.signal, 'abort');
    await running.stop();
    return exitCode.ok;
  },
});
