import * as v from 'valibot';
import { errorCodes, type ErrorCode } from '../model/codes.ts';

/** The HTTP status of every code that the API answers with. */
export const problemStatus = {
  'request-malformed': 400,
  'request-invalid': 400,
  'query-invalid': 400,
  'encoding-broken': 400,
  'report-not-json': 400,
  'report-invalid': 400,
  'token-missing': 401,
  'token-refused': 401,
  'access-denied': 403,
  'host-refused': 403,
  'origin-refused': 403,
  'node-mismatch': 403,
  'path-unknown': 404,
  'not-found': 404,
  'method-not-allowed': 405,
  'request-timeout': 408,
  'report-too-large': 413,
  'media-type-unsupported': 415,
  'encoding-unsupported': 415,
  'too-many-requests': 429,
  'internal-error': 500,
  'store-unavailable': 503,
  'auth-unavailable': 503,
} as const satisfies Partial<Record<ErrorCode, number>>;

export type ProblemCode = keyof typeof problemStatus;

/** A problem document (RFC 9457), with a stable code, and the field of the report or the query parameter at fault. */
export type Problem = {
  type: string;
  title: string;
  status: number;
  detail: string;
  code: ProblemCode;
  field?: string;
  parameter?: string;
};

/** Builds the document of a code; `detail` says what happened to what. */
export const problemOf = (
  code: ProblemCode,
  detail: string,
  place: { field?: string | null; parameter?: string | null } = {},
): Problem => ({
  type: `urn:pullpath:problem:${code}`,
  title: errorCodes[code],
  status: problemStatus[code],
  detail,
  code,
  ...(typeof place.field === 'string' ? { field: place.field } : {}),
  ...(typeof place.parameter === 'string' ? { parameter: place.parameter } : {}),
});

/** As much of a problem document as a client needs, also from a newer server with other codes. */
export const problemSchema = v.object({ code: v.string(), title: v.string(), detail: v.optional(v.string(), '') });

const codes = Object.keys(problemStatus) as ProblemCode[];

/** A whole problem document, as this version sends it. */
export const problemDocumentSchema: v.GenericSchema<unknown, Problem> = v.object({
  type: v.string(),
  title: v.string(),
  status: v.pipe(v.number(), v.integer()),
  detail: v.string(),
  code: v.picklist(codes),
  field: v.exactOptional(v.string()),
  parameter: v.exactOptional(v.string()),
});
