import type { FastifyInstance } from 'fastify';
import { resource } from '../resource.ts';
import type { Parts } from '../server.ts';

/** `GET /metrics` in the Prometheus text format. */
export const metricsRoutes = (app: FastifyInstance, { metrics }: Parts): void => {
  resource(app, '/metrics', {
    GET: async (_request, reply) => reply.type(metrics.contentType).send(await metrics.scrape()),
  });
};
