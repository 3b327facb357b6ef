import type { FastifyInstance } from 'fastify';
import * as v from 'valibot';
import { limits } from '../../model/limits.ts';
import { nodeAnswerSchema, nodeStatuses, nodeSummarySchema, pageSchema } from '../../wire/api.ts';
import { choiceParameter, cursorOf, limitParameter, textCursor } from '../query.ts';
import { nodeOf, operation, resource, type Parts } from '../resource.ts';

const listQuery = v.strictObject({
  status: v.optional(choiceParameter(nodeStatuses)),
  limit: v.optional(limitParameter),
  cursor: v.optional(textCursor),
});

/** `GET /v1/nodes` and `GET /v1/nodes/{node}`, by name or uid. */
export const nodeRoutes = (app: FastifyInstance, { store, cluster, now, askedAt }: Parts): void => {
  resource(app, '/v1/nodes', {
    GET: operation({
      summary: 'Nodes with their status',
      query: listQuery,
      answers: { 200: { says: 'nodes by name', schema: pageSchema(nodeSummarySchema) } },
      handle: async ({ query: { status = null, limit = limits.listDefault, cursor = null } }) => {
        const page = await store.nodes({ status, limit, after: cursor }, askedAt());
        return { ...page, next: cursorOf(page.next) };
      },
    }),
  });
  resource(app, '/v1/nodes/:node', {
    GET: operation({
      summary: 'One node: status, last seen, findings, pulls, checks',
      answers: { 200: { says: 'the newest machine of that name', schema: nodeAnswerSchema } },
      problems: ['not-found'],
      handle: async ({ request }) => {
        const detail = await nodeOf({ store, askedAt }, request);
        return { ...detail, findings: await cluster.scoped(detail.findings, now()) };
      },
    }),
  });
};
