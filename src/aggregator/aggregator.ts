import type { Server as HttpsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { FastifyInstance } from 'fastify';
import type { Log } from '../lib/log.ts';
import type { ListenAddress } from '../lib/option-kinds.ts';
import { PullpathError } from '../model/error.ts';
import { limits } from '../model/limits.ts';
import type { Auth } from './auth/authenticate.ts';
import { keepPruning } from './prune.ts';
import { buildServer } from './server.ts';
import { openStore } from './store/store.ts';
import { keepTlsFresh, readTlsFiles, type TlsFiles } from './tls.ts';

/** What an aggregator needs to run. */
export type AggregatorOptions = {
  listen: ListenAddress;
  /** Where the database is kept; made if it is not there. */
  dataDir: string;
  staleAfterMs: number;
  retentionMs: number;
  auth: Auth;
  /** Files of the certificate and its key; plain HTTP without. */
  tls?: TlsFiles | null;
  log: Log;
};

/** A running aggregator: where it listens, and how to stop it. */
export type RunningAggregator = { address: ListenAddress; stop: () => Promise<void> };

const listenFault = (error: unknown, { host, port }: ListenAddress): unknown => {
  const code = error instanceof Error && 'code' in error ? error.code : null;
  if (code === 'EADDRINUSE')
    return new PullpathError(
      'address-in-use',
      `--listen ${host}:${port} is taken by another program; stop that one or give another port`,
      { cause: error },
    );
  if (typeof code !== 'string') return error;
  return new PullpathError('listen-failed', `--listen ${host}:${port} cannot be listened on: ${code}`, {
    cause: error,
  });
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

/** Starts an aggregator; resolves once it listens. */
export const startAggregator = async (options: AggregatorOptions): Promise<RunningAggregator> => {
  const { listen, log, staleAfterMs, retentionMs, auth } = options;
  const now = Date.now;
  const tlsFiles = options.tls ?? null;
  const tls = tlsFiles === null ? null : await readTlsFiles(tlsFiles);
  const store = openStore(options.dataDir);
  const app = buildServer({ store, log, auth, staleAfterMs, now, tls });
  try {
    await app.listen({ host: listen.host, port: listen.port });
  } catch (error) {
    await app.close();
    store.close();
    throw listenFault(error, listen);
  }
  const ended = new AbortController();
  const pruning = keepPruning({ store, retentionMs, log, now, signal: ended.signal });
  const refreshing =
    tlsFiles === null || tls === null
      ? null
      : keepTlsFresh(tlsFiles, tls, { server: app.server as unknown as HttpsServer, log, signal: ended.signal });
  const { address, port } = app.server.address() as AddressInfo;
  log.info({ address, port, dataDir: options.dataDir, auth: auth.kind }, 'listening');
  const stop = async (): Promise<void> => {
    ended.abort();
    await closeServer(app);
    await Promise.all([pruning, refreshing]);
    if (auth.kind === 'kubernetes') await auth.api.close();
    store.close();
    log.info({}, 'stopped');
  };
  let stopping: Promise<void> | null = null;
  return { address: { host: address, port }, stop: () => (stopping ??= stop()) };
};
