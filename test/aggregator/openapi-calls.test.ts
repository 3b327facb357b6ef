import type { FastifyInstance, InjectOptions } from 'fastify';
import t from 'tap';
import { cursorOf } from '../../src/aggregator/query.ts';
import { fc } from '../house/property.ts';
import { mismatch, type JsonSchema } from './json-schema.ts';
import { brokenCluster, judged } from './route/cluster.ts';
import { sampleFinding, sampleFull, sampleHeartbeat } from './sample.ts';

type Parameter = { name: string; in: string; required: boolean; schema: JsonSchema; example?: string | number };
type Answer = { content?: Record<string, { schema: JsonSchema }> };
type Described = {
  paths: Record<
    string,
    Record<string, { parameters: Parameter[]; requestBody?: object; responses: Record<string, Answer> }>
  >;
  components: { schemas: Record<string, JsonSchema> };
};

/** What is in the sample's store, and what is nowhere. */
const facts = [
  ...['node-0', 'uid-of-node-1', 'docker.io', 'mirror.example', 'reg.example/team/gone:1', 'f-tls-0', 'default'],
  ...[cursorOf('1') ?? '', cursorOf('node-3') ?? '', '2026-01-31T08:00:00Z', '100', '0'],
];
const hostile = [
  ...['../../etc/passwd', '%00', "' OR 1=1 --", '__proto__', 'constructor', '\u0000', '\ud800', '�', '🦑'.repeat(80)],
  ...['-1', '1e9', 'NaN', '999999999999999', '9'.repeat(400), 'a'.repeat(2000), ' ', '\r\nx: y', '"', '<script>'],
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

const reports = fc.oneof(
  fc.integer({ min: 0, max: 50 }).map(seq => JSON.stringify(sampleFull({ name: 'node-x', seq }))),
  fc.integer({ min: 1, max: 50 }).map(seq => JSON.stringify(sampleHeartbeat({ name: 'node-x', seq }, seq - 1))),
  fc
    .record({
      field: fc.constantFrom('node', 'seq', 'findings', 'checks', 'pulls', 'dropped', 'sentAt'),
      value: fc.jsonValue(),
    })
    .map(({ field, value }) => JSON.stringify({ ...sampleFull({}, { findings: [sampleFinding()] }), [field]: value })),
  fc.json(),
  fc.constantFrom('', '{', '[]', 'null', '['.repeat(20_000), '{"__proto__":{"kind":"full"}}'),
);

type Call = { path: string; query: [string, string][]; headers: Record<string, string>; body: string };

const encode = (text: string): string => encodeURIComponent(text.toWellFormed());

const pairOf = (name: string): [string, string] => [name, '1'];

const request = (method: string, { path, query, headers, body }: Call): InjectOptions => ({
  method: method,
  url: `${path}${query.length === 0 ? '' : `?${query.map(pair => pair.map(encode).join('=')).join('&')}`}`,
  headers: { ...headers, ...(method === 'POST' ? { 'content-type': 'application/json' } : {}) },
  ...(method === 'POST' ? { payload: body } : {}),
});

/** Calls of an operation: with what it takes, or with anything. */
const callsOf = (path: string, parameters: Parameter[], isGood: boolean): fc.Arbitrary<Call> => {
  const inQuery = parameters.filter(one => one.in === 'query');
  const pick = (one: Parameter): fc.Arbitrary<[string, string][]> => {
    const value = isGood ? goodOf(one) : anyText;
    const pairs = value.map((text): [string, string][] => [[one.name, text]]);
    return isGood && one.required ? pairs : fc.oneof(fc.constant<[string, string][]>([]), pairs);
  };
  const unknown = fc.array(fc.tuple(fc.constantFrom('nonsense', '__proto__', 'LIMIT', 'limit', 'node'), anyText), {
    maxLength: 2,
  });
  const segment = isGood ? aFact : anyText;
  return fc.record({
    path: fc.array(segment, { minLength: 2, maxLength: 2 }).map(values => {
      const left = [...values];
      return path.replaceAll(/\{\w+\}/g, () => encode(left.pop() ?? 'x') || 'x');
    }),
    query: fc
      .tuple(fc.tuple(...inQuery.map(pick)), isGood ? fc.constant<[string, string][]>([]) : unknown)
      .map(([known, more]) => [...known.flat(), ...more]),
    headers: isGood
      ? fc.constant<Record<string, string>>({})
      : fc.record({
          'if-none-match': fc.constantFrom('*', '"x"', 'x', ''),
          'last-event-id': fc.constantFrom('x', '-1', ''),
        }),
    body: reports,
  });
};

const describedBy = async (app: FastifyInstance): Promise<Described> => (await app.inject('/openapi.json')).json();

t.test('every operation, asked rightly or wrongly, answers as it is described and never with a fault', async t => {
  const server = await brokenCluster(t);
  await judged(server);
  const any = { state: 'open', cause: null, registry: null, image: null, since: null, before: null, limit: 1 } as const;
  const [incident] = (await server.store.incidents(any)).items;
  facts.push(incident?.id ?? '');
  const { app } = server;
  const { paths, components } = await describedBy(app);
  t.ok(Object.keys(paths).length > 14);
  for (const [path, operations] of Object.entries(paths))
    for (const [method, { parameters, responses }] of Object.entries(operations)) {
      const isStream = responses['200']?.content?.['text/event-stream'] !== undefined;
      const seen = new Set<number>();
      for (const isGood of [true, false])
        await fc.assert(
          fc.asyncProperty(callsOf(path, parameters, isGood), async call => {
            // A stream that is let in has no end.
            const response = await app.inject(request(isStream ? 'HEAD' : method.toUpperCase(), call));
            const { statusCode: status } = response;
            seen.add(status);
            const answer = responses[String(status)];
            // What is no path any more is answered for all paths alike.
            const isElsewhere = status === 404 && response.headers['content-type'] === 'application/problem+json';
            if (answer === undefined && !isElsewhere) throw new Error(`${status} is not described`);
            if (status >= 500) throw new Error(`${status}: ${response.body}`);
            if (isGood && method === 'get' && ![200, 304, 400, 404].includes(status)) throw new Error(`${status}`);
            const type = (response.headers['content-type'] ?? '').split(';')[0] ?? '';
            const schema = answer?.content?.[type]?.schema;
            if (isStream || status === 304 || isElsewhere) return;
            if (schema === undefined) throw new Error(`${status} ${type} is not described`);
            const value: unknown = type.startsWith('text/') ? response.body : JSON.parse(response.body);
            const why = mismatch(value, schema, components.schemas);
            if (why !== null) throw new Error(why);
          }),
          { numRuns: 60 },
        );
      // A body that is taken is made here for reports alone.
      const isTaken = path === '/v1/reports' ? seen.has(202) : seen.has(200) || method === 'post';
      t.ok(isTaken, `${method} ${path}: ${[...seen].join(' ')}`);
      t.ok(seen.has(400), `${method} ${path} refuses what is wrong`);
    }
});

t.test('parameters are taken by all that name them and refused by all others', async t => {
  const { app } = await brokenCluster(t);
  const { paths } = await describedBy(app);
  for (const [path, operations] of Object.entries(paths))
    for (const [method, { parameters }] of Object.entries(operations)) {
      const url = path.replaceAll(/\{\w+\}/g, 'node-0');
      for (const name of ['nonsense', '__proto__', 'constructor', 'toString']) {
        const call = { path: url, query: [pairOf(name)], headers: {}, body: '{}' };
        const { statusCode, body } = await app.inject(request(method.toUpperCase(), call));
        t.equal(statusCode, 400, `${method} ${path}?${name}`);
        t.match(JSON.parse(body), { code: 'query-invalid' });
      }
      for (const { name, in: place, schema, example } of parameters) {
        if (place !== 'query' || path === '/v1/stream') continue;
        if (schema.enum === undefined && example === undefined) continue;
        const value = schema.enum === undefined ? example : schema.enum[0];
        const response = await app.inject(`${url}?${name}=${encode(String(value))}`);
        t.not(response.statusCode, 400, `${path} ${name} ${String(value)}`);
      }
    }
});
