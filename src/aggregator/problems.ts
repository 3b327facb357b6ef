import type { FastifyReply } from 'fastify';
import { PullpathError } from '../model/error.ts';
import { limits } from '../model/limits.ts';
import { problemOf, problemStatus, type Problem, type ProblemCode } from '../wire/problem.ts';

const isProblemCode = (code: string): code is ProblemCode => Object.hasOwn(problemStatus, code);

/** Answers with a problem document. */
export const sendProblem = (reply: FastifyReply, problem: Problem): FastifyReply =>
  (problem.status === 503 ? reply.header('retry-after', limits.unavailableSeconds) : reply)
    .code(problem.status)
    .type('application/problem+json')
    .send(JSON.stringify(problem));

/** Nobody of this name or uid has reported. */
export const noSuchNode = (nameOrUid: string): PullpathError =>
  new PullpathError('not-found', `no node with this name or uid has reported: ${nameOrUid}`);

/** Faults of the framework and of a connection, by their codes. */
const foreignCodes: Record<string, ProblemCode> = {
  FST_ERR_CTP_INVALID_MEDIA_TYPE: 'media-type-unsupported',
  FST_ERR_CTP_BODY_TOO_LARGE: 'report-too-large',
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: 'request-malformed',
  FST_ERR_BAD_URL: 'request-malformed',
  FST_ERR_MAX_PARAM_LENGTH: 'path-unknown',
  FST_ERR_ASYNC_CONSTRAINT: 'request-malformed',
  ECONNRESET: 'request-malformed',
  ERR_STREAM_PREMATURE_CLOSE: 'request-malformed',
  ERR_HTTP_REQUEST_TIMEOUT: 'request-timeout',
};

const foreignDetails: Partial<Record<ProblemCode, string>> = {
  'media-type-unsupported': 'send the report with Content-Type: application/json',
  'report-too-large': 'the body is over the limit; split or shorten the report',
  'path-unknown': 'a part of the path is too long',
  'request-timeout': 'headers and body did not arrive in time; send again',
};

const codeOf = (error: unknown): string =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';

/** The problem document of anything thrown; what is not known is a fault of the program and says nothing of it. */
export const problemOfError = (error: unknown): Problem => {
  const code = codeOf(error);
  if (error instanceof PullpathError && isProblemCode(code)) return problemOf(code, error.message);
  const known = foreignCodes[code] ?? (code.startsWith('HPE_') ? 'request-malformed' : null);
  if (known !== null) return problemOf(known, foreignDetails[known] ?? 'the request cannot be read');
  return problemOf('internal-error', 'the aggregator could not answer; its log says why');
};
