import { toJsonSchema, toJsonSchemaDefs, type ConversionConfig } from '@valibot/to-json-schema';
import type * as v from 'valibot';
import { problemDocumentSchema, problemOf, problemStatus, type ProblemCode } from './problem.ts';

/** An answer that is no problem: JSON of a schema, or another media type. */
export type Answered = { says: string; schema?: v.GenericSchema; type?: string; example?: unknown };

/** What the description of an operation is made of; `open` needs no token. */
export type Described = {
  summary: string;
  open?: boolean;
  query: v.ObjectEntries;
  headers?: v.ObjectEntries;
  body?: { schema: v.GenericSchema; says: string };
  answers: Record<number, Answered>;
  problems?: readonly ProblemCode[];
};

type JsonSchema = Record<string, unknown>;
type Named = Record<string, v.GenericSchema>;

const always: readonly ProblemCode[] = [
  ...(['query-invalid', 'request-malformed', 'host-refused', 'request-timeout', 'internal-error'] as const),
];
/** Of what changes something. */
const changing: readonly ProblemCode[] = ['origin-refused'];
const guarded: readonly ProblemCode[] = [
  ...(['token-missing', 'token-refused', 'access-denied', 'too-many-requests'] as const),
  ...(['auth-unavailable', 'store-unavailable'] as const),
];

/** Transformations only make other programs' words into known ones; the words themselves are in the schemas. */
const config: ConversionConfig = {
  errorMode: 'ignore',
  overrideRef: ({ referenceId }) => `#/components/schemas/${referenceId}`,
};

const schemaOf = (schema: v.GenericSchema, definitions: Named): JsonSchema => {
  const whole: JsonSchema = { ...toJsonSchema(schema, { ...config, definitions }) };
  delete whole['$schema'];
  delete whole['$defs'];
  return whole;
};

const isRequired = (schema: unknown): boolean =>
  !['optional', 'exact_optional', 'nullish'].includes((schema as { type: string }).type);

const parametersOf = (entries: v.ObjectEntries, place: 'query' | 'header'): JsonSchema[] =>
  Object.entries(entries).map(([name, schema]) => {
    const { description, examples, ...rest } = schemaOf(schema, {});
    return {
      ...{ name, in: place, required: isRequired(schema), schema: rest },
      ...(description === undefined ? {} : { description }),
      ...(Array.isArray(examples) ? { example: examples[0] as unknown } : {}),
    };
  });

const pathParameters = (path: string): JsonSchema[] =>
  [...path.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => ({
    ...{ name, in: 'path', required: true, schema: { type: 'string', minLength: 1, maxLength: 300 } },
    example: name === 'node' ? 'node-1' : 'f-1a2b3c',
  }));

const problemsOf = (codes: readonly ProblemCode[]): JsonSchema => {
  const byStatus = new Map<number, ProblemCode[]>();
  for (const code of new Set(codes))
    byStatus.set(problemStatus[code], [...(byStatus.get(problemStatus[code]) ?? []), code]);
  return Object.fromEntries(
    [...byStatus].map(([status, mine]) => {
      const examples = mine.map(code => [code, { value: problemOf(code, problemOf(code, '').title) }]);
      const schema = { $ref: '#/components/schemas/Problem' };
      const content = { 'application/problem+json': { schema, examples: Object.fromEntries(examples) as JsonSchema } };
      return [String(status), { description: mine.join(', '), content }];
    }),
  );
};

const contentOf = ({ schema, type = 'application/json', example }: Answered, named: Named): JsonSchema => ({
  [type]: {
    schema: schema === undefined ? { type: 'string' } : schemaOf(schema, named),
    ...(example === undefined ? {} : { example }),
  },
});

const operationOf = (one: Described & { method: string; path: string }, named: Named): JsonSchema => {
  const { summary, open = false, query, headers = {}, body, answers, problems = [], method, path } = one;
  const good = Object.entries(answers).map(([status, answer]) => [
    status,
    { description: answer.says, content: contentOf(answer, named) },
  ]);
  const isTagged = method === 'GET' && Object.values(answers).some(({ type }) => type === undefined);
  return {
    summary,
    operationId: `${method.toLowerCase()}${path.replaceAll(/[^A-Za-z0-9]+(\w)?/g, (_, next = '') => String(next).toUpperCase())}`,
    parameters: [...pathParameters(path), ...parametersOf(query, 'query'), ...parametersOf(headers, 'header')],
    ...(body === undefined
      ? {}
      : {
          requestBody: {
            ...{ required: true, description: body.says },
            content: { 'application/json': { schema: schemaOf(body.schema, named) } },
          },
        }),
    responses: {
      ...(Object.fromEntries(good) as JsonSchema),
      ...(isTagged ? { 304: { description: 'what If-None-Match names is still so' } } : {}),
      ...problemsOf([...always, ...(open ? [] : guarded), ...(method === 'GET' ? [] : changing), ...problems]),
    },
    ...(open ? { security: [] } : {}),
  };
};

/** The OpenAPI 3.1 document of the operations; `named` are schemas that get a name of their own in it. */
export const openapiOf = (
  operations: readonly (Described & { method: string; path: string })[],
  { version, named }: { version: string; named: Named },
): JsonSchema => {
  const schemas: Named = { ...named, Problem: problemDocumentSchema };
  const paths = new Map<string, JsonSchema>();
  for (const one of operations)
    paths.set(one.path, { ...paths.get(one.path), [one.method.toLowerCase()]: operationOf(one, schemas) });
  return {
    openapi: '3.1.0',
    info: {
      ...{ title: 'pullpath aggregator', version },
      description: 'Can each node of a cluster pull its images, and if not, where does it break.',
    },
    servers: [{ url: '.' }],
    security: [{ bearer: [] }, {}],
    paths: Object.fromEntries(paths),
    components: {
      schemas: toJsonSchemaDefs(schemas, config),
      securitySchemes: { bearer: { type: 'http', scheme: 'bearer' } },
    },
  };
};
