import type { FastifyInstance } from 'fastify';
import * as v from 'valibot';
import { limits } from '../../model/limits.ts';
import { nodeStatuses } from '../../wire/api.ts';
import { problemOf } from '../../wire/problem.ts';
import { sendProblem } from '../problems.ts';
import { choiceParameter, cursorOf, limitParameter, readQuery, textCursor } from '../query.ts';
import { resource, sendTagged, type Parts } from '../resource.ts';

const listQuery = v.strictObject({
  status: v.optional(choiceParameter(nodeStatuses)),
  limit: v.optional(limitParameter),
  cursor: v.optional(textCursor),
});

const noQuery = v.strictObject({});

/** `GET /v1/nodes` and `GET /v1/nodes/{node}`, by name or uid. */
export const nodeRoutes = (app: FastifyInstance, { store, askedAt }: Parts): void => {
  resource(app, '/v1/nodes', {
    GET: async (request, reply) => {
      const query = readQuery(listQuery, request.query);
      if (!query.ok) return sendProblem(reply, query.problem);
      const { status = null, limit = limits.listDefault, cursor = null } = query.values;
      const page = await store.nodes({ status, limit, after: cursor }, askedAt());
      return sendTagged(request, reply, { ...page, next: cursorOf(page.next) });
    },
  });
  resource(app, '/v1/nodes/:node', {
    GET: async (request, reply) => {
      const query = readQuery(noQuery, request.query);
      if (!query.ok) return sendProblem(reply, query.problem);
      const { node } = request.params as { node: string };
      const detail = await store.node(node, askedAt());
      if (detail === null)
        return sendProblem(reply, problemOf('not-found', `no node with this name or uid has reported: ${node}`));
      return sendTagged(request, reply, detail);
    },
  });
};
