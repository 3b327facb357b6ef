import type { FastifyInstance } from 'fastify';
import { resource, type Parts } from '../resource.ts';

/** `GET /metrics` in the Prometheus text format. */
export const metricsRoutes = (app: FastifyInstance, { metrics }: Parts): void => {
  resource(app, '/metrics', {
    GET: async (_request, reply) => reply.type(metrics.contentType).send(await metrics.scrape()),
  });
};
