import type { FastifyInstance } from 'fastify';
import * as v from 'valibot';
import { parseImageRef, printImageRef } from '../../model/image-ref.ts';
import { limits } from '../../model/limits.ts';
import { imageSchema } from '../../wire/cluster-schema.ts';
import { problemOf } from '../../wire/problem.ts';
import { imageItem } from '../cluster-answers.ts';
import { sendProblem } from '../problems.ts';
import { textParameter } from '../query.ts';
import { operation, resource, type Parts } from '../resource.ts';

const imageQuery = v.strictObject({ ref: textParameter(1024) });

/** `GET /v1/images?ref=`: where an image pulls and where it does not, in whatever spelling it is asked for. */
export const imageRoutes = (app: FastifyInstance, { cluster, store, now }: Parts): void =>
  resource(app, '/v1/images', {
    GET: operation({
      summary: 'Where an image pulls and where it does not',
      query: imageQuery,
      answers: { 200: { says: 'the image by its full name', schema: imageSchema } },
      handle: async ({ query: { ref }, reply }) => {
        const parsed = parseImageRef(ref);
        if (!parsed.ok)
          return sendProblem(reply, problemOf('query-invalid', `ref: ${parsed.error}`, { parameter: 'ref' }));
        const image = printImageRef(parsed.ref);
        const known = await cluster.known(now());
        const any = { node: null, registry: null, cause: null, namespace: null, since: null, before: null };
        const ended = await store.findings({ ...any, image, state: 'closed', limit: limits.listMax });
        return imageItem(cluster, known, { image, registry: parsed.ref.registry, ended: ended.items });
      },
    }),
  });
