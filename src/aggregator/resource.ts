import { createHash } from 'node:crypto';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import * as v from 'valibot';
import type { NodeDetail } from '../wire/api.ts';
import type { Described } from '../wire/openapi.ts';
import { problemOf } from '../wire/problem.ts';
import type { HerdCount } from './herds.ts';
import type { Body } from './reading/body.ts';
import type { Cluster } from './cluster.ts';
import type { ReadReport } from './reading/read-report.ts';
import type { Streams } from './streams.ts';
import type { CheckWorkloads } from './workload/checker.ts';
import type { TellPolicies } from './workload/policies.ts';
import type { Metrics } from './metrics.ts';
import { noSuchNode, sendProblem } from './problems.ts';
import { readQuery } from './query.ts';
import type { AskedAt } from './store/read-nodes.ts';
import type { Store } from './store/store.ts';

/** What a route may use. */
export type Parts = {
  store: Store;
  cluster: Cluster;
  streams: Streams;
  metrics: Metrics;
  now: () => number;
  askedAt: () => AskedAt;
  checkWorkloads: CheckWorkloads;
  tellPolicies: TellPolicies;
  /** Reads a report's body that came at a moment. */
  readReport: (body: Body, at: number) => Promise<ReadReport>;
  /** Who waits on which registry. */
  herds: HerdCount;
};

/** A request with its query as the operation's schema reads it. */
export type Asked<Query> = { query: Query; request: FastifyRequest; reply: FastifyReply };

/**
 * What can be asked of a path: by the same schemas its query is read, its answers are described and tests hold them. The
 * handler gives the value to send as JSON, or answers through the reply and gives that.
 */
export type Operation = Described & { handler: (request: FastifyRequest, reply: FastifyReply) => Promise<unknown> };

/** The node that a path names; fails with `not-found`. */
export const nodeOf = async (
  { store, askedAt }: Pick<Parts, 'store' | 'askedAt'>,
  request: FastifyRequest,
): Promise<NodeDetail> => {
  const { node } = request.params as { node: string };
  const detail = await store.node(node, askedAt());
  if (detail === null) throw noSuchNode(node);
  return detail;
};

const holdsTag = (header: string, tag: string): boolean =>
  header.split(',').some(part => part.trim() === '*' || part.trim().replace(/^W\//, '') === tag);

/** Sends a value as JSON under its ETag, or 304 where the caller has that already (RFC 9110, 13.1.2). */
const sendTagged = (request: FastifyRequest, reply: FastifyReply, value: unknown): FastifyReply => {
  // As bytes once: the tag and the socket would each make them of a text.
  const body = Buffer.from(JSON.stringify(value));
  const tag = `"${createHash('sha256').update(body).digest('base64url').slice(0, 27)}"`;
  void reply.header('etag', tag).header('cache-control', 'private, no-cache');
  const known = request.headers['if-none-match'];
  if (known !== undefined && holdsTag(known, tag)) return reply.code(304).send();
  return reply.type('application/json; charset=utf-8').send(body);
};

const noQuery = v.strictObject({});

type Given<Entries extends v.ObjectEntries> = Omit<Described, 'query'> & {
  query?: v.StrictObjectSchema<Entries, undefined>;
  handle: (asked: Asked<v.InferOutput<v.StrictObjectSchema<Entries, undefined>>>) => Promise<unknown>;
};

/** Makes an operation; a query that is not as its schema has it is refused before anything is done. */
export const operation = <Entries extends v.ObjectEntries>(given: Given<Entries>): Operation => {
  const { query, handle, ...described } = given;
  return {
    ...described,
    query: query?.entries ?? {},
    handler: async (request, reply) => {
      const read = readQuery(query ?? (noQuery as unknown as NonNullable<typeof query>), request.query);
      if (!read.ok) return sendProblem(reply, read.problem);
      const value = await handle({ query: read.values, request, reply });
      return value === reply || request.method === 'POST' ? value : sendTagged(request, reply, value);
    },
  };
};

/** What a resource can do; HEAD comes with GET. */
export type Methods = { GET?: Operation; POST?: Operation };

/** Where an app keeps its operations, for the description of all. */
const operationsName = 'operations';

/** Every operation with its method and path. */
export const operationsOf = (app: FastifyInstance): (Described & { method: string; path: string })[] =>
  app.hasDecorator(operationsName) ? app.getDecorator(operationsName) : [];

/** Registers a resource; every other method is refused before any body is read, naming those that are allowed. */
export const resource = (app: FastifyInstance, url: string, methods: Methods): void => {
  if (!app.hasDecorator(operationsName)) app.decorate(operationsName, []);
  for (const [method, { handler, ...described }] of Object.entries(methods)) {
    app.route({ method, url, handler });
    operationsOf(app).push({ ...described, method, path: url.replaceAll(/:(\w+)/g, '{$1}') });
  }
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
