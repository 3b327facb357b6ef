import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { limits } from '../model/limits.ts';
import { problemOf } from '../wire/problem.ts';
import type { Asked, Authenticate, Caller } from './auth/caller.ts';
import { RateLimit } from './auth/rate-limit.ts';
import { sendProblem } from './problems.ts';

/** Where a request keeps who sent it. */
export const callerName = 'caller';
/** Where a request keeps what became of its report: `stored`, `repeated`, or a problem's code. */
export const outcomeName = 'outcome';

/** Paths that are called without a token, by probes and by browsers for the page itself; they tell nothing of any node. */
const openPaths = new Set(['/healthz', '/readyz', '/openapi.json', '/']);

/** Refuses a client that asks too often, and says when to ask again. */
export const sendTooMany = (request: FastifyRequest, reply: FastifyReply, waitMs: number): FastifyReply => {
  request.setDecorator(outcomeName, 'too-many-requests');
  const seconds = Math.max(1, Math.ceil(waitMs / 1000));
  return sendProblem(
    reply.header('retry-after', String(seconds)),
    problemOf('too-many-requests', `this client asks too often; ask again in ${seconds} s`),
  );
};

/** Before any body is read: who calls, may he, and not too often. Callers without authentication are on this machine and not counted. */
export const guard = (app: FastifyInstance, authenticate: Authenticate, now: () => number): void => {
  const reads = new RateLimit(limits.readRate, limits.rateClients);
  const reports = new RateLimit(limits.reportRate, limits.rateClients);
  const refused = new RateLimit(limits.refusedRate, limits.rateClients);

  const waitOf = (caller: Caller, verb: Asked['verb']): number => {
    if (caller.kind === 'anyone') return 0;
    if (verb !== 'report') return reads.take(caller.key, now());
    // Who shares a token is counted by the node that the report names, once that is read.
    return caller.kind === 'agent' ? reports.take(caller.key, now()) : 0;
  };

  app.decorateRequest(callerName, null);
  app.decorateRequest(outcomeName, 'internal-error');
  app.addHook('onRequest', async (request, reply) => {
    const { url = '' } = request.routeOptions;
    if (openPaths.has(url)) return;
    const verb = request.method !== 'POST' ? 'read' : url === '/v1/reports' ? 'report' : 'ask';
    const flooding = refused.waitOf(request.ip, now());
    if (flooding > 0) return sendTooMany(request, reply, flooding);
    const path = request.url.split('?')[0] ?? '/';
    const { authorization } = request.headers;
    const admission = await authenticate({ authorization, address: request.ip, verb, path });
    if (!admission.ok) {
      const { code, detail } = admission.refusal;
      request.setDecorator(outcomeName, code);
      if (code === 'auth-unavailable') return sendProblem(reply.header('retry-after', '5'), problemOf(code, detail));
      refused.take(request.ip, now());
      const asking = code === 'access-denied' ? reply : reply.header('www-authenticate', 'Bearer');
      return sendProblem(asking, problemOf(code, detail));
    }
    request.setDecorator(callerName, admission.caller);
    const wait = waitOf(admission.caller, verb);
    if (wait > 0) return sendTooMany(request, reply, wait);
    return undefined;
  });
};
