import type { FastifyInstance } from 'fastify';
import * as v from 'valibot';
import { limits } from '../../model/limits.ts';
import { pageSchema } from '../../wire/api.ts';
import { cellOutcomes, matrixRowSchema, type MatrixRow } from '../../wire/cluster-schema.ts';
import { matrixRow } from '../cluster-answers.ts';
import { choiceParameter, cursorOf, limitParameter, textCursor, textParameter } from '../query.ts';
import { operation, resource, type Parts } from '../resource.ts';

const listQuery = v.strictObject({
  node: v.optional(textParameter(253)),
  registry: v.optional(textParameter(300)),
  outcome: v.optional(choiceParameter(cellOutcomes)),
  limit: v.optional(limitParameter),
  cursor: v.optional(textCursor),
});

/** `GET /v1/matrix`: node × registry, what came out where on the way, and when. */
export const matrixRoutes = (app: FastifyInstance, { cluster, now }: Parts): void =>
  resource(app, '/v1/matrix', {
    GET: operation({
      summary: 'Node × registry: whether the way works, and where it breaks',
      query: listQuery,
      answers: { 200: { says: 'nodes by name', schema: pageSchema(matrixRowSchema) } },
      handle: async ({ query: { node, registry, outcome, limit = limits.listDefault, cursor = '' } }) => {
        await cluster.current(now());
        // Finds those that fell silent.
        cluster.faults(now());
        const only = { registry: registry?.toLowerCase() ?? null, outcome: outcome ?? null };
        const items: MatrixRow[] = [];
        let next: string | null = null;
        for (const one of cluster.nodesByName()) {
          if (one.name <= cursor || (node !== undefined && one.name !== node && one.uid !== node)) continue;
          const row = matrixRow(one, only);
          if (outcome !== undefined && row.cells.length === 0) continue;
          if (items.length === limit) {
            next = items.at(-1)?.node ?? null;
            break;
          }
          items.push(row);
        }
        return { items, next: cursorOf(next) };
      },
    }),
  });
