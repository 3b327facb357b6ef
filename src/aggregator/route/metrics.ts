import type { FastifyInstance } from 'fastify';
import { operation, resource, type Parts } from '../resource.ts';

/** `GET /metrics` in the Prometheus text format. */
export const metricsRoutes = (app: FastifyInstance, { metrics }: Parts): void =>
  resource(app, '/metrics', {
    GET: operation({
      summary: 'Metrics for Prometheus',
      answers: { 200: { says: 'Prometheus text format', type: 'text/plain' } },
      handle: async ({ reply }) => reply.type(metrics.contentType).send(await metrics.scrape()),
    }),
  });
