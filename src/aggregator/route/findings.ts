import type { FastifyInstance } from 'fastify';
import * as v from 'valibot';
import { causes, type Cause } from '../../model/cause.ts';
import { limits } from '../../model/limits.ts';
import { findingStates, type FindingDetail } from '../../wire/api.ts';
import { problemOf } from '../../wire/problem.ts';
import { sendProblem } from '../problems.ts';
import {
  choiceParameter,
  cursorOf,
  limitParameter,
  readQuery,
  rowCursor,
  textParameter,
  timeParameter,
} from '../query.ts';
import { resource, sendTagged, type Parts } from '../resource.ts';

const listQuery = v.strictObject({
  node: v.optional(textParameter(253)),
  registry: v.optional(textParameter(300)),
  cause: v.optional(choiceParameter(Object.keys(causes) as Cause[])),
  image: v.optional(textParameter(1024)),
  namespace: v.optional(textParameter(253)),
  state: v.optional(choiceParameter(findingStates)),
  since: v.optional(timeParameter),
  limit: v.optional(limitParameter),
  cursor: v.optional(rowCursor),
});

const noQuery = v.strictObject({});

/** `GET /v1/findings`, newest opened first, and `GET /v1/findings/{id}`. */
export const findingRoutes = (app: FastifyInstance, { store, checkWorkloads }: Parts): void => {
  resource(app, '/v1/findings', {
    GET: async (request, reply) => {
      const query = readQuery(listQuery, request.query);
      if (!query.ok) return sendProblem(reply, query.problem);
      const { values } = query;
      const page = await store.findings({
        node: values.node ?? null,
        registry: values.registry?.toLowerCase() ?? null,
        cause: values.cause ?? null,
        image: values.image ?? null,
        namespace: values.namespace ?? null,
        state: values.state ?? 'open',
        since: values.since ?? null,
        before: values.cursor ?? null,
        limit: values.limit ?? limits.listDefault,
      });
      return sendTagged(request, reply, { ...page, next: cursorOf(page.next) });
    },
  });
  resource(app, '/v1/findings/:id', {
    GET: async (request, reply) => {
      const query = readQuery(noQuery, request.query);
      if (!query.ok) return sendProblem(reply, query.problem);
      const { id } = request.params as { id: string };
      const item = await store.finding(id);
      if (item === null) return sendProblem(reply, problemOf('not-found', `there is no finding with this id: ${id}`));
      const detail: FindingDetail = { ...item, workloads: await checkWorkloads(item) };
      return sendTagged(request, reply, detail);
    },
  });
};
