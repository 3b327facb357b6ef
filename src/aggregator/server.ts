import { METHODS } from 'node:http';
import type { Socket } from 'node:net';
import { fastify, type FastifyInstance, type FastifyRequest, type FastifyServerOptions } from 'fastify';
import type { Log } from '../lib/log.ts';
import { limits } from '../model/limits.ts';
import { problemOf, type Problem } from '../wire/problem.ts';
import { HerdCount } from './herds.ts';
import type { Cluster } from './cluster.ts';
import { authenticator, type Auth } from './auth/authenticate.ts';
import { guard, outcomeName } from './guard.ts';
import { createMetrics } from './metrics.ts';
import { problemOfError, sendProblem } from './problems.ts';
import { readHere } from './reading/reader.ts';
import type { Parts } from './resource.ts';
import { findingRoutes } from './route/findings.ts';
import { driftRoutes } from './route/drift.ts';
import { imageRoutes } from './route/images.ts';
import { incidentRoutes } from './route/incidents.ts';
import { matrixRoutes } from './route/matrix.ts';
import { registryRoutes } from './route/registries.ts';
import { healthRoutes } from './route/health.ts';
import { metricsRoutes } from './route/metrics.ts';
import { nodeRoutes } from './route/nodes.ts';
import { openapiRoutes } from './route/openapi.ts';
import { pageRoutes } from './route/page.ts';
import { reachabilityRoutes } from './route/reachability.ts';
import { reportRoutes } from './route/reports.ts';
import { retryRoutes } from './route/retries.ts';
import { streamRoutes } from './route/stream.ts';
import { Streams } from './streams.ts';
import { refuseOtherSites } from './web-origin.ts';
import { noWorkloads, type CheckWorkloads } from './workload/checker.ts';
import { noPolicies, type TellPolicies } from './workload/policies.ts';
import type { AskedAt } from './store/read-nodes.ts';
import type { Store } from './store/store.ts';

/** What the server is made of. */
export type ServerParts = {
  store: Store;
  cluster: Cluster;
  log: Log;
  auth: Auth;
  staleAfterMs: number;
  now: () => number;
  /** Certificate and key, PEM; plain HTTP without. */
  tls?: { cert: string; key: string } | null;
  /** Asks the cluster about pods that wait; without, nothing is asked. */
  checkWorkloads?: CheckWorkloads;
  /** Tells nodes their pods' pull policies; without, nothing is told. */
  tellPolicies?: TellPolicies;
  /** Where reports are read; without, in this thread. */
  readReport?: Parts['readReport'];
  /** Requests come by a proxy that has decided who may ask, under whatever name of this listener. */
  isProxied?: boolean;
};

/** Answers what never became a request: not HTTP, headers too long, too slow. */
const answerBrokenConnection = (error: Error, socket: Socket): void => {
  if (!socket.writable) return;
  const problem = problemOfError(error);
  const body = JSON.stringify(problem);
  socket.end(
    `HTTP/1.1 ${problem.status} ${problem.status === 408 ? 'Request Timeout' : 'Bad Request'}\r\n` +
      `content-type: application/problem+json\r\ncontent-length: ${Buffer.byteLength(body)}\r\nconnection: close\r\n\r\n${body}`,
  );
};

/** Every method that HTTP has is known, so that a path refuses those it has not by naming those it has; CONNECT names no path. */
const withAllMethods = (app: FastifyInstance): FastifyInstance => {
  for (const method of METHODS)
    if (method !== 'CONNECT' && !app.supportedMethods.includes(method)) app.addHttpMethod(method);
  return app;
};

const newApp = (tls: { cert: string; key: string } | null): FastifyInstance => {
  const common: FastifyServerOptions = {
    logger: false,
    bodyLimit: limits.reportBytes,
    requestTimeout: limits.requestMs,
    // Who takes no answer must not keep what is ready for him in memory.
    connectionTimeout: limits.connectionSilentMs,
    keepAliveTimeout: limits.keepAliveMs,
    forceCloseConnections: 'idle',
    return503OnClosing: false,
    routerOptions: { maxParamLength: 300 },
    clientErrorHandler: answerBrokenConnection,
    frameworkErrors: (error, _request, reply) => {
      void sendProblem(reply, problemOfError(error));
    },
  };
  const timeouts = { headersTimeout: limits.requestMs, connectionsCheckingInterval: 1000 };
  if (tls === null) return withAllMethods(fastify({ ...common, http: timeouts }));
  const https = { ...timeouts, ...tls, minVersion: 'TLSv1.2', handshakeTimeout: limits.requestMs } as const;
  // The routes are the same over either kind of server.
  return withAllMethods(fastify({ ...common, https } as FastifyServerOptions));
};

type Complain = (error: unknown, problem: Problem, request: FastifyRequest) => void;

/** Logs faults of the program each, and a database that cannot be used only now and then: every report meets it. */
const complainer = (log: Log, now: () => number): Complain => {
  let saidAt = -Infinity;
  return (error, problem, request) => {
    if (problem.code !== 'store-unavailable') {
      log.error({ err: error, method: request.method, route: request.routeOptions.url }, 'request failed');
    } else if (now() - saidAt >= limits.complainMs) {
      saidAt = now();
      log.error({ code: problem.code, detail: problem.detail }, 'reports and questions are refused for now');
    }
  };
};

const allRoutes = [
  ...[
    reportRoutes,
    retryRoutes,
    nodeRoutes,
    reachabilityRoutes,
    findingRoutes,
    incidentRoutes,
    imageRoutes,
    registryRoutes,
  ],
  ...[matrixRoutes, driftRoutes, streamRoutes, pageRoutes, openapiRoutes, healthRoutes, metricsRoutes],
];

/** Builds the server. It never listens by itself, so that tests can inject requests. */
export const buildServer = (given: ServerParts): FastifyInstance => {
  const {
    store,
    cluster,
    log,
    auth,
    staleAfterMs,
    now,
    tls = null,
    checkWorkloads = noWorkloads,
    tellPolicies = noPolicies,
    readReport = readHere,
  } = given;
  const app = newApp(tls);
  // Further ones are closed at once: agents come back, and what is under way goes on.
  app.server.maxConnections = limits.connections;
  const complain = complainer(log, now);
  const askedAt = (): AskedAt => ({ now: now(), staleAfterMs });
  const streams = new Streams(store);
  const metrics = createMetrics({ store, cluster, streams, askedAt });
  const herds = new HerdCount(cluster.findings);
  const parts: Parts = {
    ...{ store, cluster, streams, metrics, now, askedAt, herds },
    ...{ checkWorkloads, tellPolicies, readReport },
  };
  refuseOtherSites(app, auth.kind === 'none' && !(given.isProxied ?? false));
  guard(app, authenticator(auth, { now, log }), now);
  app.setErrorHandler((error, request, reply) => {
    const problem = problemOfError(error);
    request.setDecorator(outcomeName, problem.code);
    if (problem.status >= 500) complain(error, problem, request);
    return sendProblem(reply, problem);
  });
  app.setNotFoundHandler((request, reply) =>
    sendProblem(
      reply,
      problemOf('path-unknown', `the API has no path ${request.url.split('?')[0] ?? ''}`.slice(0, 300)),
    ),
  );
  for (const routes of allRoutes) routes(app, parts);
  return app;
};
