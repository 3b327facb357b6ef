import type { FastifyInstance } from 'fastify';
import * as v from 'valibot';
import { limits } from '../../model/limits.ts';
import type { Drift } from '../../model/drift.ts';
import { driftOf, driftOfNode } from '../../scope/drift.ts';
import { pageSchema } from '../../wire/api.ts';
import { driftSchema } from '../../wire/cluster-schema.ts';
import { pageOf } from '../page.ts';
import { noSuchNode } from '../problems.ts';
import { limitParameter, rowCursor, textParameter } from '../query.ts';
import { operation, resource, type Parts } from '../resource.ts';

const listQuery = v.strictObject({
  node: v.optional(textParameter(253)),
  limit: v.optional(limitParameter),
  cursor: v.optional(rowCursor),
});

/** `GET /v1/drift`: what differs on which nodes against the majority of their group, of all nodes or of one. */
export const driftRoutes = (app: FastifyInstance, { cluster, now }: Parts): void => {
  const { view } = cluster;
  let told: { revision: number; at: number; drifts: Drift[] } = { revision: -1, at: 0, drifts: [] };
  const drifts = (): Drift[] => {
    // Every value of every node is looked at: not for each question in a large cluster where something always changes.
    const isRecent = view.nodes.size > limits.driftNodes && now() - told.at < limits.driftMs;
    if (told.revision !== view.revision && !(isRecent && told.revision >= 0))
      told = { revision: view.revision, at: now(), drifts: driftOf(view) };
    return told.drifts;
  };
  resource(app, '/v1/drift', {
    GET: operation({
      summary: 'What differs on which nodes, against the majority of their group',
      query: listQuery,
      answers: { 200: { says: 'settings, most lopsided first', schema: pageSchema(driftSchema) } },
      problems: ['not-found'],
      handle: async ({ query: { node: name, limit = limits.listDefault, cursor = 0 } }) => {
        await cluster.current(now());
        cluster.faults(now());
        if (name === undefined) return pageOf(drifts(), limit, cursor);
        const node = cluster.nodeOf(name);
        if (node === null) throw noSuchNode(name);
        return pageOf(driftOfNode(view, drifts(), node), limit, cursor);
      },
    }),
  });
};
