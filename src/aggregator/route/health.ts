import type { FastifyInstance } from 'fastify';
import { healthSchema } from '../../wire/api.ts';
import { operation, resource, type Parts } from '../resource.ts';

/** `/healthz`: the process answers. `/readyz`: its database does as well. */
export const healthRoutes = (app: FastifyInstance, { store }: Parts): void => {
  resource(app, '/healthz', {
    GET: operation({
      summary: 'Whether the process answers',
      open: true,
      answers: { 200: { says: 'it does', schema: healthSchema } },
      handle: () => Promise.resolve({ status: 'ok' }),
    }),
  });
  resource(app, '/readyz', {
    GET: operation({
      summary: 'Whether its database answers as well',
      open: true,
      answers: { 200: { says: 'it does', schema: healthSchema } },
      problems: ['store-unavailable'],
      handle: async () => {
        await store.ping();
        return { status: 'ok' };
      },
    }),
  });
};
