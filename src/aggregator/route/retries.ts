import type { FastifyInstance } from 'fastify';
import { normalImage, parseImageRef } from '../../model/image-ref.ts';
import { problemOf } from '../../wire/problem.ts';
import { readJson } from '../../wire/read-json.ts';
import { retryAnswerSchema, retryRequestSchema, type RetryAnswer } from '../../wire/retry-schema.ts';
import { bodyOf } from '../body.ts';
import { sendTooMany } from '../guard.ts';
import { sendProblem } from '../problems.ts';
import { operation, resource, type Parts } from '../resource.ts';

/** `POST /v1/retries`: asks nodes that wait for an image to pull it; each does by its own rules, and its report says what came of it. */
export const retryRoutes = (app: FastifyInstance, { cluster, store, now }: Parts): void => {
  resource(app, '/v1/retries', {
    POST: operation({
      summary: 'Asks the nodes that wait for an image, or one node, to pull it now',
      body: { schema: retryRequestSchema, says: 'the image, and a node’s name or uid where only that one is meant' },
      answers: { 202: { says: 'the nodes hear of it with their next reports', schema: retryAnswerSchema } },
      problems: ['request-invalid', 'media-type-unsupported', 'report-too-large', 'encoding-broken', 'not-found'],
      handle: async ({ request, reply }) => {
        const read = readJson(bodyOf(request).text, retryRequestSchema);
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
