import type { FastifyInstance } from 'fastify';
import * as v from 'valibot';
import { causes, type Cause } from '../../model/cause.ts';
import { PullpathError } from '../../model/error.ts';
import { limits } from '../../model/limits.ts';
import { findingStates, pageSchema } from '../../wire/api.ts';
import { incidentDetailSchema, incidentSchema } from '../../wire/incident-schema.ts';
import { choiceParameter, cursorOf, limitParameter, rowCursor, textParameter, timeParameter } from '../query.ts';
import { operation, resource, type Parts } from '../resource.ts';

const listQuery = v.strictObject({
  state: v.optional(choiceParameter(findingStates)),
  cause: v.optional(choiceParameter(Object.keys(causes) as Cause[])),
  registry: v.optional(textParameter(300)),
  image: v.optional(textParameter(1024)),
  since: v.optional(timeParameter),
  limit: v.optional(limitParameter),
  cursor: v.optional(rowCursor),
});

/** `GET /v1/incidents`, newest first, and `GET /v1/incidents/{id}` with its findings. */
export const incidentRoutes = (app: FastifyInstance, { store, cluster, now }: Parts): void => {
  resource(app, '/v1/incidents', {
    GET: operation({
      summary: 'Findings that belong together, with how far they reach',
      query: listQuery,
      answers: { 200: { says: 'incidents, the newest first', schema: pageSchema(incidentSchema) } },
      handle: async ({ query }) => {
        const page = await store.incidents({
          state: query.state ?? 'open',
          cause: query.cause ?? null,
          registry: query.registry?.toLowerCase() ?? null,
          image: query.image ?? null,
          since: query.since ?? null,
          before: query.cursor ?? null,
          limit: query.limit ?? limits.listDefault,
        });
        return { ...page, next: cursorOf(page.next) };
      },
    }),
  });
  resource(app, '/v1/incidents/:id', {
    GET: operation({
      summary: 'One incident with its findings',
      answers: { 200: { says: 'the incident', schema: incidentDetailSchema } },
      problems: ['not-found'],
      handle: async ({ request }) => {
        const { id } = request.params as { id: string };
        const incident = await store.incident(id);
        if (incident === null) throw new PullpathError('not-found', `there is no incident with this id: ${id}`);
        const findings = await store.findingsById(incident.findings);
        return { ...incident, findingItems: await cluster.scoped(findings, now()) };
      },
    }),
  });
};
