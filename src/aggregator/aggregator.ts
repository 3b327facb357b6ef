import type { Server as HttpsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { FastifyInstance } from 'fastify';
import type { Log } from '../lib/log.ts';
import type { ListenAddress } from '../lib/option-kinds.ts';
import { systemWords } from '../lib/system-words.ts';
import { PullpathError } from '../model/error.ts';
import { limits } from '../model/limits.ts';
import type { Auth } from './auth/authenticate.ts';
import type { KubernetesApi } from './kubernetes/api.ts';
import { ListedLabels } from './kubernetes/node-labels.ts';
import { Cluster } from './cluster.ts';
import { nameOf, type DatabaseChoice } from './database-options.ts';
import { keepJudging } from './judge.ts';
import { keepPruning } from './prune.ts';
import { readOnly } from './read-only.ts';
import { ReportReader } from './reading/reader.ts';
import { buildServer } from './server.ts';
import { openStore, storeOn, type Store } from './store/store.ts';
import { noWorkloads, workloadChecker } from './workload/checker.ts';
import { noPolicies, policyTeller } from './workload/policies.ts';
import { keepTlsFresh, readTlsFiles, type TlsFiles } from './tls.ts';

/** What an aggregator needs to run. */
export type AggregatorOptions = {
  listen: ListenAddress;
  /** Where anyone may read, for the API server's service proxy; nowhere without. */
  proxyListen?: ListenAddress | null;
  database: DatabaseChoice;
  staleAfterMs: number;
  retentionMs: number;
  /** What the database may hold; beyond it the oldest history goes before its time. */
  maxBytes: number;
  auth: Auth;
  /** Files of the certificate and its key; plain HTTP without. */
  tls?: TlsFiles | null;
  /** The way to the cluster's API server, closed at the end; without, nothing is asked about pods. */
  kubernetes?: KubernetesApi | null;
  log: Log;
};

/** A running aggregator: where it listens, and how to stop it. */
export type RunningAggregator = {
  address: ListenAddress;
  proxyAddress: ListenAddress | null;
  stop: () => Promise<void>;
};

const listenFault = (error: unknown, { host, port }: ListenAddress, flag: string): unknown => {
  const code = error instanceof Error && 'code' in error ? error.code : null;
  if (code === 'EADDRINUSE')
    return new PullpathError(
      'address-in-use',
      `${flag} ${host}:${port} is taken by another program; stop that one or give another port`,
      { cause: error },
    );
  if (typeof code !== 'string') return error;
  return new PullpathError(
    'listen-failed',
    `${flag} ${host}:${port} cannot be listened on: ${systemWords(error)}; give another`,
    {
      cause: error,
    },
  );
};

const addressOf = (app: FastifyInstance): ListenAddress => {
  const { address, port } = app.server.address() as AddressInfo;
  return { host: address, port };
};

/** A server, where it is to listen, and the option that says so. */
type Listener = { app: FastifyInstance; at: ListenAddress; flag: string };

/** All listen, or none does. */
const listenAll = async (listeners: readonly Listener[]): Promise<void> => {
  for (const { app, at, flag } of listeners)
    try {
      await app.listen({ host: at.host, port: at.port });
    } catch (error) {
      await Promise.all(listeners.map(one => one.app.close()));
      throw listenFault(error, at, flag);
    }
};

/** Closes the server: no new requests, those under way are answered, and what then still hangs is cut. */
const closeServer = async (app: FastifyInstance): Promise<void> => {
  const cut = setTimeout(() => app.server.closeAllConnections(), limits.stopMs);
  // A connection whose last answer went out after the close began would be kept alive otherwise.
  const sweep = setInterval(() => app.server.closeIdleConnections(), 100);
  try {
    await app.close();
  } finally {
    clearInterval(sweep);
    clearTimeout(cut);
  }
};

/** The driver of PostgreSQL is loaded only where there is one. */
const openDatabase = async (choice: DatabaseChoice, log: Log): Promise<Store> => {
  if (choice.kind === 'sqlite') return openStore(choice.dataDir);
  const { postgresDatabase } = await import('./store/postgres.ts');
  return storeOn(await postgresDatabase(choice.url, log));
};

/** Keeps a listener's certificate as its files are, until the signal. */
const refreshOf =
  (files: TlsFiles, tls: Awaited<ReturnType<typeof readTlsFiles>>, parts: { log: Log; signal: AbortSignal }) =>
  ({ app }: Listener): Promise<void> =>
    keepTlsFresh(files, tls, { server: app.server as unknown as HttpsServer, ...parts });

/** Starts an aggregator; resolves once it listens. */
export const startAggregator = async (options: AggregatorOptions): Promise<RunningAggregator> => {
  const { listen, log, staleAfterMs, retentionMs, maxBytes, auth } = options;
  const now = Date.now;
  const tlsFiles = options.tls ?? null;
  const kubernetes = options.kubernetes ?? null;
  const checkWorkloads = kubernetes === null ? noWorkloads : workloadChecker(kubernetes, now);
  const tellPolicies = kubernetes === null ? noPolicies : policyTeller(kubernetes, now);
  const tls = tlsFiles === null ? null : await readTlsFiles(tlsFiles);
  const store = await openDatabase(options.database, log);
  const labels = kubernetes === null ? null : new ListedLabels(kubernetes, log);
  const cluster = new Cluster({ store, staleAfterMs, labels });
  const reader = new ReportReader(log);
  const calls = { checkWorkloads, tellPolicies, readReport: reader.read };
  const parts = { store, cluster, log, staleAfterMs, now, tls, ...calls };
  const app = buildServer({ ...parts, auth });
  const listeners: Listener[] = [{ app, at: listen, flag: '--listen' }];
  const proxyListen = options.proxyListen ?? null;
  const proxied =
    proxyListen === null ? null : readOnly(buildServer({ ...parts, auth: { kind: 'none' }, isProxied: true }));
  if (proxied !== null && proxyListen !== null)
    listeners.push({ app: proxied, at: proxyListen, flag: '--proxy-listen' });
  try {
    await listenAll(listeners);
  } catch (error) {
    await store.close();
    throw error;
  }
  const ended = new AbortController();
  const pruning = keepPruning({ store, retentionMs, maxBytes, log, now, signal: ended.signal });
  const following = cluster.run(now, ended.signal);
  const listing = labels?.run(ended.signal);
  const judging = keepJudging({ store, cluster, log, now, signal: ended.signal });
  const refreshing =
    tlsFiles !== null && tls !== null ? listeners.map(refreshOf(tlsFiles, tls, { log, signal: ended.signal })) : [];
  const address = addressOf(app);
  const proxyAddress = proxied === null ? null : addressOf(proxied);
  log.info(
    {
      address: address.host,
      port: address.port,
      proxyPort: proxyAddress?.port,
      database: nameOf(options.database),
      auth: auth.kind,
    },
    'listening',
  );
  const stop = async (): Promise<void> => {
    ended.abort();
    await Promise.all(listeners.map(one => closeServer(one.app)));
    await Promise.all([pruning, following, judging, listing, ...refreshing]);
    await Promise.all([kubernetes?.close(), reader.close()]);
    await store.close();
    log.info({}, 'stopped');
  };
  let stopping: Promise<void> | null = null;
  return { address, proxyAddress, stop: () => (stopping ??= stop()) };
};
