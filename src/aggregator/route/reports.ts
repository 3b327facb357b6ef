import type { IncomingMessage } from 'node:http';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { ReportAnswer } from '../../wire/api.ts';
import { problemOf } from '../../wire/problem.ts';
import { parseReport } from '../../wire/report-schema.ts';
import { readBody } from '../body.ts';
import { sendProblem } from '../problems.ts';
import { resource, type Parts } from '../resource.ts';

/** Where a request keeps what became of its report: `stored`, `repeated`, or a problem's code. */
export const outcomeName = 'outcome';

/** `POST /v1/reports`: 202 for a report that is stored, 200 for a repeat of one that was. */
export const reportRoutes = (app: FastifyInstance, { store, metrics, now }: Parts): void => {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('application/json', (request: FastifyRequest, payload: IncomingMessage) =>
    readBody(payload, request.headers['content-encoding'] ?? ''),
  );
  app.addHook('onResponse', (request, reply, done) => {
    if (request.routeOptions.url === '/v1/reports' && request.method === 'POST')
      metrics.countReport(request.getDecorator<string>(outcomeName), reply.elapsedTime / 1000);
    done();
  });
  resource(app, '/v1/reports', {
    POST: async (request, reply) => {
      const parsed = parseReport(typeof request.body === 'string' ? request.body : '');
      if (!parsed.ok) {
        request.setDecorator(outcomeName, parsed.code);
        return sendProblem(reply, problemOf(parsed.code, parsed.detail, { field: parsed.field }));
      }
      const answer: ReportAnswer = await store.accept(parsed.report, now());
      if (answer.resync) metrics.countResync();
      request.setDecorator(outcomeName, answer.stored ? 'stored' : 'repeated');
      return reply.code(answer.stored ? 202 : 200).send(answer);
    },
  });
};
