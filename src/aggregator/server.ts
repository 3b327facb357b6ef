import type { Socket } from 'node:net';
import { fastify, type FastifyInstance, type FastifyRequest } from 'fastify';
import type { Log } from '../lib/log.ts';
import { limits } from '../model/limits.ts';
import { problemOf, type Problem } from '../wire/problem.ts';
import { gate, type Auth } from './auth.ts';
import { createMetrics } from './metrics.ts';
import { problemOfError, sendProblem } from './problems.ts';
import type { Parts } from './resource.ts';
import { findingRoutes } from './route/findings.ts';
import { healthRoutes } from './route/health.ts';
import { metricsRoutes } from './route/metrics.ts';
import { nodeRoutes } from './route/nodes.ts';
import { outcomeName, reportRoutes } from './route/reports.ts';
import type { AskedAt } from './store/read-nodes.ts';
import type { Store } from './store/store.ts';

/** What the server is made of. */
export type ServerParts = { store: Store; log: Log; auth: Auth; staleAfterMs: number; now: () => number };

/** Paths that probes call without a token; they tell nothing of any node. */
const openPaths = new Set(['/healthz', '/readyz']);

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

const newApp = (): FastifyInstance =>
  fastify({
    logger: false,
    bodyLimit: limits.reportBytes,
    requestTimeout: limits.requestMs,
    keepAliveTimeout: limits.keepAliveMs,
    http: { headersTimeout: limits.requestMs, connectionsCheckingInterval: 1000 },
    forceCloseConnections: 'idle',
    return503OnClosing: false,
    routerOptions: { maxParamLength: 300 },
    clientErrorHandler: answerBrokenConnection,
    frameworkErrors: (error, _request, reply) => {
      void sendProblem(reply, problemOfError(error));
    },
  });

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

/** Builds the server. It never listens by itself, so that tests can inject requests. */
export const buildServer = ({ store, log, auth, staleAfterMs, now }: ServerParts): FastifyInstance => {
  const app = newApp();
  const check = gate(auth);
  const complain = complainer(log, now);
  const askedAt = (): AskedAt => ({ now: now(), staleAfterMs });
  const parts: Parts = { store, metrics: createMetrics(store, askedAt), now, askedAt };
  app.decorateRequest(outcomeName, 'internal-error');
  app.addHook('onRequest', (request, reply, done) => {
    const fault = openPaths.has(request.routeOptions.url ?? '') ? null : check(request.headers.authorization);
    if (fault === null) {
      done();
      return;
    }
    request.setDecorator(outcomeName, fault);
    const detail = 'send Authorization: Bearer with a token from the aggregator’s token file';
    sendProblem(reply.header('www-authenticate', 'Bearer'), problemOf(fault, detail));
  });
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
  for (const routes of [reportRoutes, nodeRoutes, findingRoutes, healthRoutes, metricsRoutes]) routes(app, parts);
  return app;
};
