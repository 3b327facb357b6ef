import { join } from 'node:path';
import type { Log } from '../lib/log.ts';
import { createLog } from '../lib/log.ts';
import { makeDirectory } from '../lib/make-directory.ts';
import { systemWords } from '../lib/system-words.ts';
import type { ListenAddress } from '../lib/option-kinds.ts';
import { PullpathError } from '../model/error.ts';
import { limits } from '../model/limits.ts';
import type { FullReport } from '../model/report.ts';
import { Recent } from '../diagnose/recent.ts';
import { RunningPulls } from '../diagnose/running-pulls.ts';
import { keptFor } from '../lib/kept-for.ts';
import type { Walk } from '../model/walk.ts';
import type { KeptAnswers } from './credentials/provider-plugins.ts';
import { retryCredentials } from './credentials/retry-credentials.ts';
import { Herds, readAnswer } from './herds.ts';
import { readKubeletConfig } from './node-config/read-kubelet-config.ts';
import { CriMonitor } from './cri/monitor.ts';
import { serveAgent } from './http.ts';
import { readIdentity } from './identity.ts';
import { JournalWatch } from './journal-watch.ts';
import { Metrics } from './metrics.ts';
import { NodeState } from './node-state.ts';
import type { AgentOptions } from './options.ts';
import { Policies } from './policies.ts';
import { Poster } from './post.ts';
import { SystemBundle } from './probe/system-bundle.ts';
import { Prober } from './prober.ts';
import { readHostFacts } from './read-host-facts.ts';
import { Reporter } from './reporter.ts';
import { Recoverer } from './recover.ts';
import { Sender } from './sender.ts';
import { Spool } from './spool.ts';
import { Sequence, StateFile } from './state-file.ts';
import { describeState } from './state-metrics.ts';

/** A started agent. */
export type RunningAgent = {
  /** Where health, metrics and the report are served. */
  address: ListenAddress;
  /** The full report as it would be sent now. */
  report: () => FullReport;
  /** Spools what is not yet reported, tries to send it for a moment, and releases everything. */
  stop: () => Promise<void>;
};

const prepareDataDir = (dataDir: string): void => {
  try {
    makeDirectory(dataDir);
  } catch (error) {
    throw new PullpathError(
      'data-dir-unusable',
      `--data-dir ${dataDir} cannot be made: ${systemWords(error)}; give one that this user can write`,
      { cause: error },
    );
  }
};

const openParts = async (options: AgentOptions, log: Log) => {
  const { dataDir, tokenFile } = options;
  prepareDataDir(dataDir);
  const node = await readIdentity({ nodeName: options.nodeName, tokenFile, hostRoot: options.hostRoot, dataDir });
  const metrics = new Metrics(node.name);
  const stateFile = new StateFile(dataDir, log);
  const saved = await stateFile.load();
  const state = new NodeState(node, saved?.ledger ?? null);
  const onDropped = (count: number): void => {
    state.lostReports(count);
    metrics.add('pullpath_reports_dropped_total', {}, count);
  };
  const spool = await Spool.open({ directory: join(dataDir, 'spool'), maxBytes: options.spoolMax, log, onDropped });
  const sequence = await Sequence.open(dataDir, spool.lastSeq ?? 0, Date.now());
  return { node, metrics, stateFile, cursor: saved?.cursor ?? null, state, spool, sequence };
};

type Opened = Awaited<ReturnType<typeof openParts>>;

/** What listens to whom: each part tells the reporter what changed, the reporter spools, the sender sends. */
const connectParts = (options: AgentOptions, opened: Opened, log: Log) => {
  const { node, metrics, stateFile, cursor, state, spool, sequence } = opened;
  const { aggregatorUrl, aggregatorName, tokenFile, caFile } = options;
  const poster = new Poster({ url: aggregatorUrl, tokenFile, caFile, serverName: aggregatorName });
  const reporter = new Reporter({
    ...{ node, spool, sequence, log, heartbeatMs: options.heartbeat },
    state: now => state.report(now),
    dropped: () => state.dropped,
    onSpooled: () => sender.notify(),
    ...{ now: Date.now, random: Math.random },
  });
  const sender = new Sender({
    spool,
    post: (body, signal) => poster.post(body, signal),
    onResync: () => reporter.changed('changed'),
    onTooLarge: maxBytes => reporter.limitSize(maxBytes),
    onAnswer: body => {
      const answer = readAnswer(body);
      if (answer === null) return;
      policies.hear(answer.policies ?? null);
      for (const image of answer.retry ?? []) recoverer.ask(image);
      if (others.hear(answer) || policies.areTold) recoverer.look();
    },
    log,
  });
  const cri = new CriMonitor({
    ...{ hostRoot: options.hostRoot, socket: options.criSocket, now: Date.now, log },
    onStatus: status => {
      if (status.down !== null) running.clear();
      reporter.changed(state.setRuntime(status));
    },
  });
  const bundle = new SystemBundle(options.hostRoot);
  const settling = new Settling(() => bundle.forget());
  const parts = {
    ...{ reporter, cri, bundle, log },
    settle: () => settling.begin(),
    onWalk: (walk: Walk) => recoverer.noteWalk(walk),
  };
  const prober = makeProber(options, opened, parts);
  const running = new RunningPulls();
  const others = new Herds(Date.now);
  const policies = new Policies(Date.now);
  const recoverer = makeRecoverer(options, opened, { reporter, cri, prober, running, others, policies, log });
  const journal = new JournalWatch({
    ...{ options, cursor, state, stateFile, metrics, log },
    onFailure: failure => prober.consider(failure),
    onEvent: event => {
      running.apply(event);
      if (event.kind === 'pod-started') recoverer.ran(state.pullsOf(event), event.at);
    },
    onChange: change => {
      reporter.changed(change);
      if (change !== 'changed') return;
      prober.look();
      recoverer.look();
    },
  });
  return { poster, reporter, sender, cri, recoverer, prober, journal, settling };
};

/**
 * What loading or walking took is garbage that an idle process would keep for hours: it is collected (node --expose-gc) once
 * all is done and reported.
 */
class Settling {
  private readonly release: () => void;
  private timer: NodeJS.Timeout | undefined;

  constructor(release: () => void) {
    this.release = release;
  }

  begin(): void {
    this.end();
    this.timer = setTimeout(() => {
      this.release();
      globalThis.gc?.();
    }, limits.settleMs);
  }

  end(): void {
    clearTimeout(this.timer);
  }
}

type ProberParts = {
  reporter: Reporter;
  cri: CriMonitor;
  settle: () => void;
  onWalk: (walk: Walk) => void;
  bundle: SystemBundle;
  log: Log;
};

const makeProber = (
  { hostRoot, criSocket, probeInterval, credentialProviders }: AgentOptions,
  { node, state }: Opened,
  { reporter, cri, settle, onWalk, bundle, log }: ProberParts,
): Prober => {
  const kept: KeptAnswers = new Recent(limits.credentialCache);
  const credentials = { files: true, providers: credentialProviders, kept };
  return new Prober({
    intervalMs: probeInterval,
    openNode: async signal => {
      // With gRPC and the probes it is half of the program: loaded once the agent listens and follows the journal.
      const { openProbedNode } = await import('./check/probed-node.ts');
      const given = { hostRoot, criSocket, nodeName: node.name, client: cri.client(), credentials, bundle };
      return openProbedNode(given, signal);
    },
    openImages: () => state.openImages(),
    onWalk: walk => {
      reporter.changed(state.addWalk(walk));
      onWalk(walk);
    },
    onNode: reading => reporter.changed(state.setReading(reading)),
    onTargets: targets => reporter.changed(state.keepWalks(targets)),
    onIdle: settle,
    ...{ now: Date.now, random: Math.random, log },
  });
};

type RecovererParts = {
  reporter: Reporter;
  cri: CriMonitor;
  prober: Prober;
  running: RunningPulls;
  others: Herds;
  policies: Policies;
  log: Log;
};

const makeRecoverer = (
  { retry, retryCredentials: file, hostRoot }: AgentOptions,
  { state, metrics }: Opened,
  { reporter, cri, prober, running, others, policies, log }: RecovererParts,
): Recoverer =>
  new Recoverer({
    ...{ mode: retry, path: prober, running, log, now: Date.now, random: Math.random },
    client: () => cri.client(),
    credentials: image => retryCredentials(file, image),
    kubelet: keptFor(limits.kubeletConfigMs, () => readKubeletConfig(hostRoot)),
    waiting: () => state.waiting(Date.now(), container => policies.of(container)),
    policiesTold: () => policies.areTold,
    herd: (registry, since) => others.of(registry, since),
    onRecord: record => {
      // What a rule forbade was no pull.
      if (record.rule === undefined) metrics.add('pullpath_retries_total', { outcome: record.outcome });
      reporter.changed(state.addRetry(record));
    },
    onRan: () => reporter.changed('changed'),
    onNotes: notes => reporter.changed(state.setRecovery(notes)),
  });

/** Starts the agent; throws only for what an operator must mend (data directory, address to listen on). */
export const startAgent = async (
  options: AgentOptions,
  log: Log = createLog('agent', options.logLevel),
): Promise<RunningAgent> => {
  const opened = await openParts(options, log);
  const { metrics, state, spool } = opened;
  const { poster, reporter, sender, cri, recoverer, prober, journal, settling } = connectParts(options, opened, log);
  const pages = {
    ready: () => journal.status() === 'following' && state.runtimeKnown && prober.firstWalkDone,
    metrics: () => describeState(metrics, state, spool),
    report: () => reporter.preview(),
  };
  const server = await serveAgent(pages, options.listen);
  log.info({ node: opened.node.name, listen: server.address, aggregator: options.aggregatorUrl.href }, 'agent started');
  reporter.start();
  settling.begin();
  const watching = new AbortController();
  const watches = [journal, cri, recoverer, prober].map(part => part.run(watching.signal));
  watches.push(
    readHostFacts(options.hostRoot, watching.signal).then(facts => {
      if (facts !== null) reporter.changed(state.setHost(facts));
    }),
  );
  const sending = new AbortController();
  const sends = sender.run(sending.signal);
  return {
    address: server.address,
    report: () => reporter.preview(),
    stop: async () => {
      watching.abort();
      await Promise.all(watches);
      settling.end();
      await reporter.stop();
      sending.abort();
      await sends;
      await sender.flush(AbortSignal.timeout(limits.stopFlushMs));
      poster.close();
      await server.close();
      log.info({ waiting: spool.count }, 'agent stopped');
    },
  };
};
