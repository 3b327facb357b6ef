import { once } from 'node:events';
import { join } from 'node:path';
import { startAgent } from './agent/agent.ts';
import { agentOptions } from './agent/options.ts';
import { startAggregator } from './aggregator/aggregator.ts';
import { isLoopback } from './aggregator/auth/loopback.ts';
import { aggregatorCommand } from './aggregator/command.ts';
import { defineCommand, exitCode } from './lib/command.ts';
import { createLog } from './lib/log.ts';
import { listenOption, textOption } from './lib/option-kinds.ts';
import { PullpathError } from './model/error.ts';

// All of the agent's options but those that say where the aggregator is: it is in this very process.
const { nodeName, criSocket, hostRoot, journalUnit, journalDir, journalLookback, kubeletLogFile } = agentOptions;
const { probeInterval, credentialProviders, retry, retryCredentials, spoolMax, heartbeat, logLevel } = agentOptions;
const { listen, staleAfter, retention, maxSize } = aggregatorCommand.options;

const options = {
  listen,
  agentListen: listenOption({
    flag: 'agent-listen',
    help: 'where the agent’s health, metrics and report are served',
    fallback: agentOptions.listen.fallback,
  }),
  dataDir: textOption({
    flag: 'data-dir',
    help: 'where the database, unsent reports and the journal’s position are kept',
    placeholder: 'DIR',
    fallback: './data',
  }),
  staleAfter,
  retention,
  maxSize,
  ...{ nodeName, criSocket, hostRoot, journalUnit, journalDir, journalLookback, kubeletLogFile },
  ...{ probeInterval, credentialProviders, retry, retryCredentials, spoolMax, heartbeat, logLevel },
};

/** `pullpath up`: agent and aggregator of this one node in one process, on loopback. */
export const upCommand = defineCommand({
  name: 'up',
  summary: 'agent and aggregator in one process, for this node alone',
  args: '',
  maxArgs: 0,
  options,
  run: async (values, _args, io) => {
    if (!isLoopback(values.listen.host))
      throw new PullpathError(
        'option-invalid',
        `--listen ${values.listen.host}: up serves loopback only; use pullpath aggregator with --auth token`,
      );
    const aggregator = await startAggregator({
      listen: values.listen,
      database: { kind: 'sqlite', dataDir: values.dataDir },
      staleAfterMs: values.staleAfter,
      retentionMs: values.retention,
      maxBytes: values.maxSize,
      auth: { kind: 'none' },
      log: createLog('aggregator', values.logLevel),
    });
    try {
      const { host, port } = aggregator.address;
      const aggregatorUrl = new URL(`http://${host.includes(':') ? `[${host}]` : host}:${port}`);
      const agent = await startAgent({
        ...values,
        aggregatorUrl,
        tokenFile: null,
        caFile: null,
        aggregatorName: null,
        listen: values.agentListen,
        dataDir: join(values.dataDir, 'agent'),
      });
      if (!io.signal.aborted) await once(io.signal, 'abort');
      await agent.stop();
    } finally {
      await aggregator.stop();
    }
    return exitCode.ok;
  },
});
