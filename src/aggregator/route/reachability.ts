import type { FastifyInstance } from 'fastify';
import { reachabilityOf } from '../../diagnose/reachability.ts';
import { reachabilitySchema, type Reachability } from '../../wire/api.ts';
import { nodeOf, operation, resource, type Parts } from '../resource.ts';

/** `GET /v1/nodes/{node}/reachability`: every registry host of that node, stage by stage. */
export const reachabilityRoutes = (app: FastifyInstance, parts: Pick<Parts, 'store' | 'askedAt'>): void =>
  resource(app, '/v1/nodes/:node/reachability', {
    GET: operation({
      summary: 'Every registry host of a node, stage by stage',
      answers: { 200: { says: 'hosts as the node’s own walks found them', schema: reachabilitySchema } },
      problems: ['not-found'],
      handle: async ({ request }) => {
        const { name, uid, status, lastSeen, reportedAt, checks } = await nodeOf(parts, request);
        const answer: Reachability = { node: name, uid, status, lastSeen, reportedAt, hosts: reachabilityOf(checks) };
        return answer;
      },
    }),
  });
