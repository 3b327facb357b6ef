import type { FastifyInstance, InjectOptions, LightMyRequestResponse } from 'fastify';
import type { Test } from 'tap';
import { cursorOf } from '../../src/aggregator/query.ts';
import { fc } from '../house/property.ts';
import { mismatch, type JsonSchema } from './json-schema.ts';
import { spoiled, valueOf } from './json-value.ts';
import { judged } from './route/cluster.ts';
import { sampleFinding, sampleFull, sampleHeartbeat, type sampleServer } from './sample.ts';

type Parameter = { name: string; in: string; required: boolean; schema: JsonSchema; example?: string | number };
type Content = Record<string, { schema: JsonSchema }>;
type Answer = { content?: Content };
export type DescribedOperation = {
  parameters: Parameter[];
  requestBody?: { content: Content };
  responses: Record<string, Answer>;
  security?: object[];
};
type Described = {
  paths: Record<string, Record<string, DescribedOperation>>;
  components: { schemas: Record<string, JsonSchema> };
};

/** The API as it describes itself. */
export const describedBy = async (app: FastifyInstance): Promise<Described> =>
  (await app.inject('/openapi.json')).json();

/** What is in the sample's store, and what is nowhere. */
const facts = [
  ...['node-0', 'uid-of-node-1', 'docker.io', 'mirror.example', 'reg.example/team/gone:1', 'f-tls-0', 'default'],
  ...[cursorOf('1') ?? '', cursorOf('node-3') ?? '', '2026-01-31T08:00:00Z', '100', '0'],
];
const hostile = [
  ...['../../etc/passwd', '%00', "' OR 1=1 --", '__proto__', 'constructor', '\u0000', '\ud800', '�', '🦑'.repeat(80)],
  ...['-1', '1e9', 'NaN', '999999999999999', '9'.repeat(400), 'a'.repeat(2000), ' ', '\r\nx: y', '"', '<script>'],
  ...[cursorOf('-5') ?? '', cursorOf('9'.repeat(15)) ?? '', cursorOf('9'.repeat(30)) ?? '', cursorOf('\0') ?? ''],
];

const aFact = fc.nat().map(at => facts[at % facts.length] ?? '');
const anyText = fc.oneof(aFact, fc.constantFrom(...hostile), fc.string({ unit: 'grapheme', maxLength: 40 }));

/** Values that a parameter's schema takes. */
const goodOf = ({ schema, example }: Parameter): fc.Arbitrary<string> => {
  if (schema.enum) return fc.constantFrom(...schema.enum.map(String));
  if (schema.type === 'integer')
    return fc.integer({ min: schema.minimum ?? 0, max: schema.maximum ?? 1000 }).map(String);
  return fc.oneof(aFact, ...(example === undefined ? [] : [fc.constant(String(example))]));
};

/** Bodies as programs send them, of which much is known to be taken. */
const ownBodies = fc.oneof(
  fc.integer({ min: 0, max: 50 }).map(seq => sampleFull({ name: 'node-x', seq })),
  fc.integer({ min: 1, max: 50 }).map(seq => sampleHeartbeat({ name: 'node-x', seq }, seq - 1)),
  fc.constant(sampleFull({}, { findings: [sampleFinding()] })),
  fc.constantFrom({ image: 'reg.example/team/gone:1' }, { image: 'reg.example/x:1', node: 'node-0' }),
);
const noBodies = fc.oneof(
  fc.json(),
  fc.constantFrom('', '{', '[]', 'null', '1e999', '['.repeat(20_000), '{"__proto__":{"kind":"full"}}', '\ufeff{}'),
);

type Call = { path: string; query: [string, string][]; headers: Record<string, string>; body: string };

const encode = (text: string): string => encodeURIComponent(text.toWellFormed());

/** As it is sent. */
export const requestOf = (method: string, { path, query, headers, body }: Call): InjectOptions => ({
  method,
  url: `${path}${query.length === 0 ? '' : `?${query.map(pair => pair.map(encode).join('=')).join('&')}`}`,
  headers: { ...headers, ...(method === 'POST' ? { 'content-type': 'application/json' } : {}) },
  ...(method === 'POST' ? { payload: body } : {}),
});

const bodiesOf = (
  body: JsonSchema | undefined,
  named: Record<string, JsonSchema>,
  isGood: boolean,
): fc.Arbitrary<string> => {
  const made = body === undefined ? ownBodies : fc.oneof(ownBodies, valueOf(body, named));
  const text = (value: unknown): string => JSON.stringify(value);
  return isGood ? made.map(text) : fc.oneof(noBodies, made.chain(spoiled).map(text));
};

const unknownPairs = fc.array(fc.tuple(fc.constantFrom('nonsense', '__proto__', 'LIMIT', 'limit', 'node'), anyText), {
  maxLength: 2,
});

/** Calls of an operation: with what it takes, or with anything. */
const callsOf = (path: string, parameters: Parameter[], isGood: boolean): fc.Arbitrary<Omit<Call, 'body'>> => {
  const inQuery = parameters.filter(one => one.in === 'query');
  const pick = (one: Parameter): fc.Arbitrary<[string, string][]> => {
    const value = isGood ? goodOf(one) : anyText;
    const pairs = value.map((text): [string, string][] => [[one.name, text]]);
    return isGood && one.required ? pairs : fc.oneof(fc.constant<[string, string][]>([]), pairs);
  };
  const segment = isGood ? aFact : anyText;
  return fc.record({
    path: fc.array(segment, { minLength: 2, maxLength: 2 }).map(values => {
      const left = [...values];
      return path.replaceAll(/\{\w+\}/g, () => encode(left.pop() ?? 'x') || 'x');
    }),
    query: fc
      .tuple(fc.tuple(...inQuery.map(pick)), isGood ? fc.constant<[string, string][]>([]) : unknownPairs)
      .map(([known, more]) => [...known.flat(), ...more]),
    headers: isGood
      ? fc.constant<Record<string, string>>({})
      : fc.record({
          'if-none-match': fc.constantFrom('*', '"x"', 'x', '', 'W/', ',,,'),
          'last-event-id': fc.constantFrom('x', '-1', '', '999999999999999', '9'.repeat(40)),
        }),
  });
};

/** Why an answer is not as the operation describes it, or a fault; null where it is right. */
export const faultOf = (
  { responses }: DescribedOperation,
  named: Record<string, JsonSchema>,
  response: LightMyRequestResponse,
): string | null => {
  const { statusCode: status } = response;
  if (status >= 500) return `${status}: ${response.body}`;
  const type = (response.headers['content-type'] ?? '').split(';')[0] ?? '';
  // What is no path any more is answered for all paths alike.
  const isElsewhere = status === 404 && responses['404'] === undefined && type === 'application/problem+json';
  const answer = responses[String(status)] ?? (isElsewhere ? responses['400'] : undefined);
  if (answer === undefined) return `${status} is not described`;
  if (answer.content === undefined || response.raw.req.method === 'HEAD')
    return response.body === '' ? null : `${status} has a body that is not described`;
  const schema = answer.content[type]?.schema;
  if (schema === undefined) return `${status} ${type} is not described`;
  return mismatch(type.startsWith('text/') ? response.body : JSON.parse(response.body), schema, named);
};

/** True for a body that its schema takes and the program cannot: what stands in two fields of it does not go together. */
const isBeyondSchema = (body: string): boolean => {
  const { kind, seq, fullSeq, image } = JSON.parse(body) as Record<string, unknown>;
  return (kind === 'heartbeat' && Number(fullSeq) >= Number(seq)) || typeof image === 'string';
};

const get = new Set([200, 304, 400, 404]);

/**
 * Calls every operation that a server describes, so many times with what it takes and as often with anything: no answer is a
 * fault, each is as its description says, and what the description takes is taken.
 */
export const callEvery = async (t: Test, server: ReturnType<typeof sampleServer>, numRuns: number): Promise<void> => {
  await judged(server);
  const any = { state: 'open', cause: null, registry: null, image: null, since: null, before: null, limit: 1 } as const;
  const [incident] = (await server.store.incidents(any)).items;
  facts.push(incident?.id ?? '');
  const { app } = server;
  const { paths, components } = await describedBy(app);
  const named = components.schemas;
  t.ok(Object.keys(paths).length > 14);
  for (const [path, operations] of Object.entries(paths))
    for (const [method, operation] of Object.entries(operations)) {
      const { parameters, responses, requestBody } = operation;
      const isStream = responses['200']?.content?.['text/event-stream'] !== undefined;
      const body = requestBody?.content['application/json']?.schema;
      const seen = new Set<number>();
      const once = async (call: Call, isGood: boolean): Promise<void> => {
        // A stream that is let in has no end.
        const response = await app.inject(requestOf(isStream ? 'HEAD' : method.toUpperCase(), call));
        const { statusCode: status } = response;
        seen.add(status);
        const why = faultOf(operation, named, response);
        if (why !== null) throw new Error(why);
        if (isGood && method === 'get' && !get.has(status)) throw new Error(`${status}`);
        if (isGood && body !== undefined && status >= 300 && mismatch(JSON.parse(call.body), body, named) === null)
          if (!isBeyondSchema(call.body)) throw new Error(`its schema takes it: ${response.body}`);
      };
      // Once with each of what is there, whatever chance brings.
      for (const fact of path.includes('{') ? facts : [])
        await once({ path: path.replaceAll(/\{\w+\}/g, encode(fact) || 'x'), query: [], headers: {}, body: '' }, true);
      for (const isGood of [true, false]) {
        const calls = fc.tuple(callsOf(path, parameters, isGood), bodiesOf(body, named, isGood));
        const check = fc.asyncProperty(calls, ([call, sent]) => once({ ...call, body: sent }, isGood));
        await fc.assert(check, { numRuns });
      }
      t.ok(seen.has(200) || seen.has(202), `${method} ${path} is answered: ${[...seen].join(' ')}`);
      t.ok(seen.has(400), `${method} ${path} refuses what is wrong`);
    }
};
