import type { FastifyInstance } from 'fastify';
import { limits } from '../model/limits.ts';
import { problemOf } from '../wire/problem.ts';
import { RateLimit } from './auth/rate-limit.ts';
import { sendTooMany } from './guard.ts';
import { sendProblem } from './problems.ts';

/**
 * Makes a server of reads alone: for the API server's service proxy, which passes no token on, and where the cluster's rules on
 * `services/proxy` have decided who may come. What the program counts of itself is told by the other listener only. As nobody is
 * known here, an address may ask as often as a reader may elsewhere.
 */
export const readOnly = (app: FastifyInstance, now: () => number = Date.now): FastifyInstance => {
  const reads = new RateLimit(limits.readRate, limits.rateClients);
  app.addHook('onRequest', async (request, reply) => {
    if (request.method !== 'GET' && request.method !== 'HEAD')
      return sendProblem(
        reply.header('allow', 'GET, HEAD'),
        problemOf('method-not-allowed', `${request.method} is not for this listener; it takes GET, HEAD`),
      );
    if (request.routeOptions.url === '/metrics')
      return sendProblem(reply, problemOf('path-unknown', 'metrics are at --listen, not at --proxy-listen'));
    const isProbe = request.routeOptions.url === '/healthz' || request.routeOptions.url === '/readyz';
    const wait = isProbe ? 0 : reads.take(request.ip, now());
    return wait > 0 ? sendTooMany(request, reply, wait) : undefined;
  });
  return app;
};
