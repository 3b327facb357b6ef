import { createServer as createHttp, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createHttps } from 'node:https';
import type { AddressInfo } from 'node:net';
import * as v from 'valibot';
import { openKubernetesApi, type KubernetesApi } from '../../../src/aggregator/kubernetes/api.ts';

type Json = Record<string, unknown>;

/** What the fake knows; a test may change it while it runs. */
export type ClusterState = {
  /** Who may call, by token, and what: `create tokenreviews`, `get pods`, … or `*`. */
  callers: Map<string, ReadonlySet<string>>;
  /** Tokens that a TokenReview knows; `cached` ones it still says yes to for a moment after their end. */
  tokens: Map<string, { user: Json; audiences: string[]; cached?: boolean }>;
  /** By which the end of a token is judged, epoch milliseconds. */
  now: () => number;
  /** Whether a user may do what a verb says with a path. */
  mayRead: (user: string, path: string, verb: string) => boolean;
  /** Every call is answered with this status, as by a server that is not well; null for one that is. */
  unwell: number | null;
  /** `pods/NAMESPACE/NAME`, `secrets/…`, `serviceaccounts/…`, `nodes/NAME`. */
  objects: Map<string, Json>;
  /** `pods/NAMESPACE`: what a list of them holds. */
  lists: Map<string, Json[]>;
};

export type FakeApi = ClusterState & { url: URL; calls: string[]; stop: () => Promise<void> };

const apiServerAudience = 'https://kubernetes.default.svc';

const statusOf = (code: number, reason: string, message: string, details?: Json): Json => ({
  ...{ kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Failure', message, reason },
  ...(details === undefined ? {} : { details }),
  code,
});

type Answer = [number, Json];

const text = v.pipe(v.string(), v.minLength(1));
const tokenReview = v.strictObject({
  apiVersion: v.literal('authentication.k8s.io/v1'),
  kind: v.literal('TokenReview'),
  spec: v.strictObject({ token: text, audiences: v.optional(v.array(text)) }),
});
const accessReview = v.strictObject({
  apiVersion: v.literal('authorization.k8s.io/v1'),
  kind: v.literal('SubjectAccessReview'),
  spec: v.strictObject({
    user: text,
    uid: v.optional(v.string()),
    groups: v.optional(v.array(text)),
    extra: v.optional(v.record(v.string(), v.array(v.string()))),
    nonResourceAttributes: v.strictObject({
      path: v.pipe(text, v.startsWith('/')),
      verb: v.pipe(v.string(), v.regex(/^[a-z]+$/)),
    }),
  }),
});

const invalid = (issue: v.BaseIssue<unknown>): Answer => [
  400,
  statusOf(400, 'BadRequest', `strict decoding error: ${v.getDotPath(issue) ?? 'body'}: ${issue.message}`),
];

/** When a token ends by its own claims, epoch milliseconds. */
const endOf = (token: string): number => {
  try {
    const claims = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()) as { exp?: number };
    return (claims.exp ?? Infinity) * 1000;
  } catch {
    return Infinity;
  }
};

const reviewToken = ({ tokens, now }: ClusterState, body: unknown): Answer => {
  const parsed = v.safeParse(tokenReview, body);
  if (!parsed.success) return invalid(parsed.issues[0]);
  const { token, audiences = [apiServerAudience] } = parsed.output.spec;
  const head = { kind: 'TokenReview', apiVersion: 'authentication.k8s.io/v1', metadata: {}, spec: parsed.output.spec };
  const known = tokens.get(token);
  if (known === undefined) return [201, { ...head, status: { user: {}, error: 'invalid bearer token' } }];
  if (known.cached !== true && endOf(token) <= now()) {
    // kube-apiserver, pkg/serviceaccount/claims.go.
    const error = '[invalid bearer token, service account token has expired]';
    return [201, { ...head, status: { user: {}, error } }];
  }
  const shared = audiences.filter(audience => known.audiences.includes(audience));
  const quoted = (list: string[]): string => list.map(one => `"${one}"`).join(' ');
  const error = `[invalid bearer token, token audiences [${quoted(known.audiences)}] is invalid for the target audiences [${quoted(audiences)}]]`;
  if (shared.length === 0) return [201, { ...head, status: { user: {}, error } }];
  return [201, { ...head, status: { authenticated: true, user: known.user, audiences: shared } }];
};

const reviewAccess = ({ mayRead }: ClusterState, body: unknown): Answer => {
  const parsed = v.safeParse(accessReview, body);
  if (!parsed.success) return invalid(parsed.issues[0]);
  const { spec } = parsed.output;
  const { path, verb } = spec.nonResourceAttributes;
  const status = { allowed: mayRead(spec.user, path, verb) };
  return [201, { kind: 'SubjectAccessReview', apiVersion: 'authorization.k8s.io/v1', metadata: {}, spec, status }];
};

const readObject = ({ objects }: ClusterState, [kind, name, key]: [string, string, string]): Answer => {
  const found = objects.get(key);
  if (found !== undefined) return [200, found];
  return [404, statusOf(404, 'NotFound', `${kind} "${name}" not found`, { name, kind })];
};

type Route = {
  method: 'GET' | 'POST';
  path: RegExp;
  verb: (match: RegExpExecArray) => string;
  answer: (state: ClusterState, match: RegExpExecArray, body: unknown, url: URL) => Answer;
};

const routes: Route[] = [
  {
    method: 'POST',
    path: /^\/apis\/authentication\.k8s\.io\/v1\/tokenreviews$/,
    verb: () => 'create tokenreviews',
    answer: (state, _match, body) => reviewToken(state, body),
  },
  {
    method: 'POST',
    path: /^\/apis\/authorization\.k8s\.io\/v1\/subjectaccessreviews$/,
    verb: () => 'create subjectaccessreviews',
    answer: (state, _match, body) => reviewAccess(state, body),
  },
  {
    method: 'GET',
    path: /^\/api\/v1\/namespaces\/([a-z0-9-]+)\/(pods|secrets|serviceaccounts)\/([a-z0-9.-]+)$/,
    verb: ([, , kind = '']) => `get ${kind}`,
    answer: (state, [, namespace = '', kind = '', name = '']) =>
      readObject(state, [kind, name, `${kind}/${namespace}/${name}`]),
  },
  {
    method: 'GET',
    path: /^\/api\/v1\/namespaces\/([a-z0-9-]+)\/pods$/,
    verb: () => 'list pods',
    answer: ({ lists }, [, namespace = '']) => [
      200,
      { kind: 'PodList', apiVersion: 'v1', metadata: {}, items: lists.get(`pods/${namespace}`) ?? [] },
    ],
  },
  {
    method: 'GET',
    path: /^\/api\/v1\/nodes$/,
    verb: () => 'list nodes',
    answer: ({ lists }, _match, _body, url) => {
      const limit = Number(url.searchParams.get('limit') ?? Infinity);
      const from = Number(url.searchParams.get('continue') ?? 0);
      const all = lists.get('nodes') ?? [];
      const next = from + limit < all.length ? { continue: String(from + limit) } : {};
      const head = { kind: 'PartialObjectMetadataList', apiVersion: 'meta.k8s.io/v1', metadata: next };
      return [200, { ...head, items: all.slice(from, from + limit) }];
    },
  },
  {
    method: 'GET',
    path: /^\/api\/v1\/nodes\/([a-z0-9.-]+)$/,
    verb: () => 'get nodes',
    answer: (state, [, name = '']) => readObject(state, ['nodes', name, `nodes/${name}`]),
  },
];

const readBody = async (request: IncomingMessage): Promise<string> => {
  let body = '';
  for await (const chunk of request as AsyncIterable<Buffer>) body += chunk.toString('utf8');
  return body;
};

const unauthorized: Answer = [401, statusOf(401, 'Unauthorized', 'Unauthorized')];

const answerTo = async (state: ClusterState, request: IncomingMessage): Promise<Answer> => {
  const path = (request.url ?? '').split('?')[0] ?? '';
  const verbs = state.callers.get(request.headers.authorization?.replace(/^Bearer /, '') ?? '');
  const body = await readBody(request);
  if (state.unwell !== null)
    return [state.unwell, statusOf(state.unwell, 'InternalError', 'etcdserver: request timed out')];
  if (verbs === undefined) return unauthorized;
  const here = routes.filter(route => route.path.test(path));
  if (here.length === 0) return [404, statusOf(404, 'NotFound', 'the server could not find the requested resource')];
  const route = here.find(({ method }) => method === request.method);
  const match = route?.path.exec(path);
  if (route === undefined || match === null || match === undefined)
    return [405, statusOf(405, 'MethodNotAllowed', 'the server does not allow this method on the requested resource')];
  const verb = route.verb(match);
  if (!verbs.has('*') && !verbs.has(verb))
    return [403, statusOf(403, 'Forbidden', `${verb.split(' ')[1] ?? ''} is forbidden: User cannot ${verb}`)];
  const url = new URL(request.url ?? '', 'http://api.example');
  if (route.method === 'GET') return route.answer(state, match, null, url);
  if (request.headers['content-type'] !== 'application/json')
    return [415, statusOf(415, 'UnsupportedMediaType', 'the body of the request was in an unknown format')];
  return route.answer(state, match, JSON.parse(body) as unknown, url);
};

/**
 * A strict stand-in for an API server, built on answers recorded from kube-apiserver 1.36: an unknown path, verb, field or a
 * missing one is an error, as is a caller without the right.
 */
export const startFakeApi = async (
  given: Partial<ClusterState> = {},
  tls: { key: string; cert: string } | null = null,
): Promise<FakeApi> => {
  const state: ClusterState = {
    callers: new Map([['aggregator-account', new Set(['*'])]]),
    tokens: new Map(),
    now: Date.now,
    mayRead: () => false,
    unwell: null,
    objects: new Map(),
    lists: new Map(),
    ...given,
  };
  const calls: string[] = [];
  const handle = (request: IncomingMessage, response: ServerResponse): void => {
    calls.push(`${request.method ?? ''} ${request.url ?? ''}`);
    void answerTo(state, request).then(([status, body]) => {
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    });
  };
  const server = tls === null ? createHttp(handle) : createHttps(tls, handle);
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return Object.assign(state, {
    url: new URL(`${tls === null ? 'http' : 'https'}://127.0.0.1:${port}`),
    calls,
    stop: async () => {
      server.closeAllConnections();
      await new Promise(resolve => server.close(resolve));
    },
  });
};

/** A fake with a client that has the aggregator's account; both are gone after the test. */
export const connectFake = async (
  t: { teardown: (run: () => unknown) => void },
  given: Partial<ClusterState> = {},
  now: () => number = Date.now,
): Promise<{ api: FakeApi; client: KubernetesApi }> => {
  const api = await startFakeApi({ now, ...given });
  const account = { server: api.url, ca: null, token: 'aggregator-account', pair: null };
  const client = openKubernetesApi(() => Promise.resolve(account), now);
  t.teardown(async () => {
    await client.close();
    await api.stop();
  });
  return { api, client };
};
