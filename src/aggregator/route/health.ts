import type { FastifyInstance } from 'fastify';
import { resource, type Parts } from '../resource.ts';

/** `/healthz`: the process answers. `/readyz`: its database does as well. */
export const healthRoutes = (app: FastifyInstance, { store }: Parts): void => {
  resource(app, '/healthz', { GET: () => Promise.resolve({ status: 'ok' }) });
  resource(app, '/readyz', {
    GET: async () => {
      await store.ping();
      return { status: 'ok' };
    },
  });
};
