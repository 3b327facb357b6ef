import type { FastifyInstance } from 'fastify';
import * as v from 'valibot';
import { normalImage, parseImageRef } from '../../model/image-ref.ts';
import { limits } from '../../model/limits.ts';
import { pageSchema } from '../../wire/api.ts';
import { problemOf } from '../../wire/problem.ts';
import { readJson } from '../../wire/read-json.ts';
import { retryAnswerSchema, retryItemSchema, retryRequestSchema, type RetryAnswer } from '../../wire/retry-schema.ts';
import { takeBody, textOf } from '../reading/body.ts';
import { sendTooMany } from '../guard.ts';
import { pageOf } from '../page.ts';
import { noSuchNode, sendProblem } from '../problems.ts';
import { limitParameter, rowCursor, textParameter } from '../query.ts';
import { retryItems } from '../retry-list.ts';
import { operation, resource, type Parts } from '../resource.ts';

const listQuery = v.strictObject({
  node: v.optional(textParameter(253)),
  image: v.optional(textParameter(1024)),
  limit: v.optional(limitParameter),
  cursor: v.optional(rowCursor),
});

/** `GET /v1/retries`: what agents pulled, the newest first. `POST`: asks nodes that wait for an image to pull it; each does by its own rules, and its report says what came of it. */
export const retryRoutes = (app: FastifyInstance, { cluster, store, now }: Parts): void => {
  resource(app, '/v1/retries', {
    GET: operation({
      summary: 'What agents pulled by themselves, and what was gained by it',
      query: listQuery,
      answers: { 200: { says: 'pulls, the newest first', schema: pageSchema(retryItemSchema) } },
      problems: ['not-found'],
      handle: async ({ query: { node: name, image, limit = limits.listDefault, cursor = 0 } }) => {
        await cluster.current(now());
        const node = name === undefined ? null : cluster.nodeOf(name);
        if (name !== undefined && node === null) throw noSuchNode(name);
        const only = { uid: node?.uid ?? null, image: image === undefined ? null : normalImage(image) };
        return pageOf(retryItems(cluster, only), limit, cursor);
      },
    }),
    POST: operation({
      summary: 'Asks the nodes that wait for an image, or one node, to pull it now',
      body: { schema: retryRequestSchema, says: 'the image, and a node’s name or uid where only that one is meant' },
      answers: { 202: { says: 'the nodes hear of it with their next reports', schema: retryAnswerSchema } },
      problems: ['request-invalid', 'media-type-unsupported', 'report-too-large', 'encoding-broken', 'not-found'],
      handle: async ({ request, reply }) => {
        const read = readJson(textOf(takeBody(request)), retryRequestSchema, 'the body');
        if (!read.ok) return sendProblem(reply, problemOf('request-invalid', read.why));
        const { image, node = null } = read.value;
        if (!parseImageRef(image).ok)
          return sendProblem(reply, problemOf('request-invalid', `${image} is no image reference`.slice(0, 300)));
        await cluster.follow(now());
        const wanted = normalImage(image);
        const waiting = [...cluster.findings].flatMap(([uid, found]) =>
          found.some(one => one.image === wanted) ? (cluster.view.nodes.get(uid) ?? []) : [],
        );
        const named = node === null ? null : cluster.nodeOf(node);
        if (node !== null && named === null)
          return sendProblem(reply, problemOf('not-found', `there is no node ${node}`.slice(0, 300)));
        const nodes = named === null ? waiting : [named];
        if (nodes.length === 0)
          return sendProblem(reply, problemOf('not-found', `no node waits for ${wanted}`.slice(0, 300)));
        const uids = nodes.map(({ uid }) => uid);
        if (!(await store.askRetry(wanted, uids, now()))) return sendTooMany(request, reply, 60_000);
        const answer: RetryAnswer = { image: wanted, nodes: nodes.map(({ name }) => name).sort() };
        return reply.code(202).send(answer);
      },
    }),
  });
};
