import type { IncomingMessage } from 'node:http';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { reportAnswerSchema, type ReportAnswer } from '../../wire/api.ts';
import { limits } from '../../model/limits.ts';
import { problemOf, type Problem, type ProblemCode } from '../../wire/problem.ts';
import { reportSchema } from '../../wire/report-schema.ts';
import { collectBody, takeBody } from '../reading/body.ts';
import { forgeryOf, type Caller } from '../auth/caller.ts';
import { RateLimit } from '../auth/rate-limit.ts';
import { callerName, outcomeName, sendTooMany } from '../guard.ts';
import { sendProblem } from '../problems.ts';
import { operation, resource, type Parts } from '../resource.ts';

const reportProblems: readonly ProblemCode[] = [
  ...(['request-malformed', 'encoding-broken', 'report-not-json', 'report-invalid', 'node-mismatch'] as const),
  ...(['report-too-large', 'media-type-unsupported', 'encoding-unsupported'] as const),
];

/** A report on its way into the store, or why it is not. */
type Taken =
  | { uid: string; stored: Promise<ReportAnswer>; policies: ReturnType<Parts['tellPolicies']> }
  | { problem: Problem }
  | { wait: number };

/** `POST /v1/reports`: 202 for a report that is stored, 200 for a repeat of one that was. */
export const reportRoutes = (app: FastifyInstance, parts: Parts): void => {
  const { store, metrics, now, herds, tellPolicies, readReport } = parts;
  const rate = new RateLimit(limits.reportRate, limits.rateClients);
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('application/json', (request: FastifyRequest, payload: IncomingMessage) =>
    collectBody(payload, request.headers['content-encoding'] ?? '', () => {
      if (request.routeOptions.url === '/v1/reports') store.checkRoom();
    }),
  );
  app.addHook('onResponse', (request, reply, done) => {
    if (request.routeOptions.url === '/v1/reports' && request.method === 'POST')
      metrics.countReport(request.getDecorator<string>(outcomeName), reply.elapsedTime / 1000);
    done();
  });
  /** What was read is on its way once this is done, so that while its answer is awaited nothing holds it. */
  const take = async (request: FastifyRequest): Promise<Taken> => {
    const read = await readReport(takeBody(request), now());
    if (!read.ok) return { problem: read.problem };
    const caller = request.getDecorator<Caller>(callerName);
    const { node, full } = read.digest;
    const forgery = forgeryOf(caller, node);
    if (forgery !== null) return { problem: problemOf('node-mismatch', forgery) };
    // An agent that is known by its own token was counted before its report was read.
    const wait = caller.kind === 'token' ? rate.take(node.uid, now()) : 0;
    if (wait > 0) return { wait };
    return {
      uid: node.uid,
      stored: store.accept(read.digest),
      policies: tellPolicies(node, full?.containers ?? null),
    };
  };
  resource(app, '/v1/reports', {
    POST: operation({
      summary: 'A node’s report, from its agent',
      body: { schema: reportSchema, says: 'at most 1 MiB unpacked; Content-Encoding gzip or identity' },
      answers: {
        200: { says: 'it was there already', schema: reportAnswerSchema },
        202: { says: 'it is stored', schema: reportAnswerSchema },
      },
      problems: reportProblems,
      handle: async ({ request, reply }) => {
        const taken = await take(request);
        if ('wait' in taken) return sendTooMany(request, reply, taken.wait);
        if ('problem' in taken) {
          request.setDecorator(outcomeName, taken.problem.code);
          return sendProblem(reply, taken.problem);
        }
        const [stored, policies] = await Promise.all([taken.stored, taken.policies]);
        const told = policies === null ? {} : { policies };
        const answer: ReportAnswer = { ...stored, herd: herds.of(taken.uid, now()), ...told };
        if (answer.resync) metrics.countResync();
        request.setDecorator(outcomeName, answer.stored ? 'stored' : 'repeated');
        return reply.code(answer.stored ? 202 : 200).send(answer);
      },
    }),
  });
};
