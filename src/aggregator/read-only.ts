import type { FastifyInstance } from 'fastify';
import { problemOf } from '../wire/problem.ts';
import { sendProblem } from './problems.ts';

/**
 * Makes a server of reads alone: for the API server's service proxy, which passes no token on, and where the cluster's rules on
 * `services/proxy` have decided who may come. What the program counts of itself is told by the other listener only.
 */
export const readOnly = (app: FastifyInstance): FastifyInstance => {
  app.addHook('onRequest', async (request, reply) => {
    if (request.method !== 'GET' && request.method !== 'HEAD')
      return sendProblem(
        reply.header('allow', 'GET, HEAD'),
        problemOf('method-not-allowed', `${request.method} is not for this listener; it takes GET, HEAD`),
      );
    if (request.routeOptions.url === '/metrics')
      return sendProblem(reply, problemOf('path-unknown', 'metrics are at --listen, not at --proxy-listen'));
    return undefined;
  });
  return app;
};
