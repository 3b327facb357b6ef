import type { FastifyInstance } from 'fastify';
import * as v from 'valibot';
import { limits } from '../../model/limits.ts';
import { pageSchema } from '../../wire/api.ts';
import { registrySchema, type RegistryItem } from '../../wire/cluster-schema.ts';
import { registryItems } from '../cluster-answers.ts';
import type { Known } from '../cluster.ts';
import { pageOf } from '../page.ts';
import { limitParameter, rowCursor, textParameter } from '../query.ts';
import { operation, resource, type Parts } from '../resource.ts';

const listQuery = v.strictObject({
  registry: v.optional(textParameter(300)),
  limit: v.optional(limitParameter),
  cursor: v.optional(rowCursor),
});

/** `GET /v1/registries`: every host that nodes ask for images, with how many reach it. */
export const registryRoutes = (app: FastifyInstance, { cluster, now }: Parts): void => {
  // Every node counts at every host: counted once for all who ask until something changes.
  let told: { revision: number; known: readonly Known[]; items: RegistryItem[] } = {
    revision: -1,
    known: [],
    items: [],
  };
  const allItems = (known: readonly Known[]): RegistryItem[] => {
    const { revision } = cluster.view;
    if (told.revision !== revision || told.known !== known)
      told = { revision, known, items: registryItems(cluster.view, known, null) };
    return told.items;
  };
  resource(app, '/v1/registries', {
    GET: operation({
      summary: 'Every host that nodes ask for images, and for how many of them it works',
      query: listQuery,
      answers: { 200: { says: 'hosts, those that fail for most nodes first', schema: pageSchema(registrySchema) } },
      handle: async ({ query: { registry, limit = limits.listDefault, cursor = 0 } }) => {
        const known = await cluster.known(now());
        const wanted = registry?.toLowerCase();
        const items = allItems(known).filter(
          ({ host, registries }) => wanted === undefined || host === wanted || registries.includes(wanted),
        );
        return pageOf(items, limit, cursor);
      },
    }),
  });
};
