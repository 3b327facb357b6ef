import type { FastifyInstance } from 'fastify';
import * as v from 'valibot';
import { reachabilityOf } from '../../diagnose/reachability.ts';
import type { Reachability } from '../../wire/api.ts';
import { problemOf } from '../../wire/problem.ts';
import { sendProblem } from '../problems.ts';
import { readQuery } from '../query.ts';
import { resource, sendTagged, type Parts } from '../resource.ts';

const noQuery = v.strictObject({});

/** `GET /v1/nodes/{node}/reachability`: every registry host of that node, stage by stage. */
export const reachabilityRoutes = (app: FastifyInstance, { store, askedAt }: Pick<Parts, 'store' | 'askedAt'>): void =>
  resource(app, '/v1/nodes/:node/reachability', {
    GET: async (request, reply) => {
      const query = readQuery(noQuery, request.query);
      if (!query.ok) return sendProblem(reply, query.problem);
      const { node } = request.params as { node: string };
      const detail = await store.node(node, askedAt());
      if (detail === null)
        return sendProblem(reply, problemOf('not-found', `no node with this name or uid has reported: ${node}`));
      const { name, uid, status, lastSeen, reportedAt, checks } = detail;
      const answer: Reachability = { node: name, uid, status, lastSeen, reportedAt, hosts: reachabilityOf(checks) };
      return sendTagged(request, reply, answer);
    },
  });
