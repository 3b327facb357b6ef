import { createHash } from 'node:crypto';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { problemOf } from '../wire/problem.ts';
import type { CheckWorkloads } from './workload/checker.ts';
import type { Metrics } from './metrics.ts';
import { sendProblem } from './problems.ts';
import type { AskedAt } from './store/read-nodes.ts';
import type { Store } from './store/store.ts';

/** What a route may use. */
export type Parts = {
  store: Store;
  metrics: Metrics;
  now: () => number;
  askedAt: () => AskedAt;
  checkWorkloads: CheckWorkloads;
};

/** Answers a request: with a value to send as JSON, or through the reply. */
export type Handler = (request: FastifyRequest, reply: FastifyReply) => Promise<unknown>;

/** What a resource can do; HEAD comes with GET. */
export type Methods = { GET?: Handler; POST?: Handler };

/** Registers a resource; every other method is refused before any body is read, naming those that are allowed. */
export const resource = (app: FastifyInstance, url: string, methods: Methods): void => {
  for (const [method, handler] of Object.entries(methods)) app.route({ method, url, handler });
  const allowed = [...Object.keys(methods), ...(methods.GET ? ['HEAD'] : [])];
  app.route({
    method: app.supportedMethods.filter(method => !allowed.includes(method)),
    url,
    exposeHeadRoute: false,
    onRequest: (request, reply) => {
      const detail = `${request.method} is not for this path; it takes ${allowed.join(', ')}`;
      sendProblem(reply.header('allow', allowed.join(', ')), problemOf('method-not-allowed', detail));
    },
    handler: () => null,
  });
};

const holdsTag = (header: string, tag: string): boolean =>
  header.split(',').some(part => part.trim() === '*' || part.trim().replace(/^W\//, '') === tag);

/** Sends a value as JSON under its ETag, or 304 where the caller has that already (RFC 9110, 13.1.2). */
export const sendTagged = (request: FastifyRequest, reply: FastifyReply, value: unknown): FastifyReply => {
  const body = JSON.stringify(value);
  const tag = `"${createHash('sha256').update(body).digest('base64url').slice(0, 27)}"`;
  void reply.header('etag', tag).header('cache-control', 'private, no-cache');
  const known = request.headers['if-none-match'];
  if (known !== undefined && holdsTag(known, tag)) return reply.code(304).send();
  return reply.type('application/json; charset=utf-8').send(body);
};
