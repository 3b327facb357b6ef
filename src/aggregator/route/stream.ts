import type { FastifyInstance, FastifyRequest } from 'fastify';
import * as v from 'valibot';
import { problemOf } from '../../wire/problem.ts';
import type { Caller } from '../auth/caller.ts';
import { callerName, sendTooMany } from '../guard.ts';
import { sendProblem } from '../problems.ts';
import { operation, resource, type Parts } from '../resource.ts';
import { limits } from '../../model/limits.ts';

const lastEventId = v.optional(
  v.pipe(
    v.string(),
    v.regex(/^\d{1,15}$/),
    v.metadata({ description: 'the id of the last event seen', examples: ['42'] }),
  ),
);

/** Readers are told apart by their account; who needs none, by the address. */
const nameOf = (request: FastifyRequest): string => {
  const caller = request.getDecorator<Caller | null>(callerName);
  return caller === null || caller.kind === 'anyone' ? request.ip : caller.key;
};

/** `GET /v1/stream`: findings and incidents as they open, change and close, as server-sent events. */
export const streamRoutes = (app: FastifyInstance, { streams }: Parts): void => {
  app.addHook('preClose', done => {
    streams.close();
    done();
  });
  resource(app, '/v1/stream', {
    GET: operation({
      summary: 'Findings and incidents as they open, change and close, as server-sent events',
      headers: { 'Last-Event-ID': lastEventId },
      answers: {
        200: {
          says: 'events without end; `missed` says that some are not kept any more',
          type: 'text/event-stream',
          example: 'id: 42\nevent: finding.opened\ndata: {"id":"f-1","node":"node-1"}\n\n',
        },
      },
      handle: async ({ request, reply }) => {
        const given = v.safeParse(lastEventId, request.headers['last-event-id'] || undefined);
        if (!given.success) {
          const detail = 'Last-Event-ID: it takes the id of an event of this stream';
          return sendProblem(reply, problemOf('query-invalid', detail, { parameter: 'Last-Event-ID' }));
        }
        const caller = nameOf(request);
        if (streams.isFull(caller)) return sendTooMany(request, reply, limits.streamRetryMs);
        void reply.header('cache-control', 'no-store').type('text/event-stream; charset=utf-8');
        // Proxies must not hold events back.
        void reply.header('x-accel-buffering', 'no').header('connection', 'close');
        if (request.method === 'HEAD') return reply.send();
        reply.hijack();
        const { raw } = reply;
        raw.writeHead(200, reply.getHeaders() as Record<string, string>);
        await streams
          .serve(caller, raw, given.output === undefined ? null : Number(given.output))
          .catch(() => raw.destroy());
        return reply;
      },
    }),
  });
};
