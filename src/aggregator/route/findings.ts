import type { FastifyInstance } from 'fastify';
import * as v from 'valibot';
import { causes, type Cause } from '../../model/cause.ts';
import { limits } from '../../model/limits.ts';
import { PullpathError } from '../../model/error.ts';
import { findingAnswerSchema, findingDetailSchema, findingStates, pageSchema } from '../../wire/api.ts';
import { choiceParameter, cursorOf, limitParameter, rowCursor, textParameter, timeParameter } from '../query.ts';
import { operation, resource, type Parts } from '../resource.ts';

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

/** `GET /v1/findings`, newest opened first, and `GET /v1/findings/{id}`. */
export const findingRoutes = (app: FastifyInstance, { store, cluster, now, checkWorkloads }: Parts): void => {
  resource(app, '/v1/findings', {
    GET: operation({
      summary: 'What is broken on which node',
      query: listQuery,
      answers: { 200: { says: 'findings, the newest opened first', schema: pageSchema(findingAnswerSchema) } },
      handle: async ({ query }) => {
        const page = await store.findings({
          node: query.node ?? null,
          registry: query.registry?.toLowerCase() ?? null,
          cause: query.cause ?? null,
          image: query.image ?? null,
          namespace: query.namespace ?? null,
          state: query.state ?? 'open',
          since: query.since ?? null,
          before: query.cursor ?? null,
          limit: query.limit ?? limits.listDefault,
        });
        return { items: await cluster.scoped(page.items, now()), next: cursorOf(page.next) };
      },
    }),
  });
  resource(app, '/v1/findings/:id', {
    GET: operation({
      summary: 'One finding, with what the cluster says of its pods',
      answers: { 200: { says: 'the newest finding of that id', schema: findingDetailSchema } },
      problems: ['not-found'],
      handle: async ({ request }) => {
        const { id } = request.params as { id: string };
        const item = await store.finding(id);
        if (item === null) throw new PullpathError('not-found', `there is no finding with this id: ${id}`);
        const [scoped] = await cluster.scoped([item], now());
        return { ...item, ...scoped, workloads: await checkWorkloads(item) };
      },
    }),
  });
};
