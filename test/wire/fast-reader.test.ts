import { isDeepStrictEqual } from 'node:util';
import t from 'tap';
import * as v from 'valibot';
import { fastReader, unreadable } from '../../src/wire/fast-reader.ts';
import { findingSchema } from '../../src/wire/finding-schema.ts';
import { checksSchema, pullsSchema, retriesSchema, runtimeSchema } from '../../src/wire/report-schema.ts';
import { sampleFinding, sampleFull } from '../aggregator/sample.ts';
import { fc } from '../house/property.ts';

type Tree = string | Tree[];
const tree: v.GenericSchema<unknown, Tree> = v.lazy(() => v.union([v.pipe(v.string(), v.maxLength(3)), branches]));
const branches = v.pipe(v.array(tree), v.maxLength(2));
const kinds = v.variant('kind', [
  v.object({ kind: v.literal('leaf'), size: v.optional(v.number(), 7), tree: v.nullable(tree) }),
  v.pipe(
    v.object({ kind: v.literal('pair'), low: v.number(), high: v.number() }),
    v.forward(
      v.partialCheck([['low'], ['high']], pair => pair.low < pair.high, 'must be below'),
      ['low'],
    ),
  ),
]);
const names = v.record(v.pipe(v.string(), v.maxLength(8)), v.boolean());
const walked = {
  ...{ id: 'tcp.connect', stage: 'tcp', outcome: 'skip', code: 'waits-for', waitsFor: 'dns.resolve', ms: 0 },
  ...{ facts: { address: '192.0.2.7', tried: [1, { port: 443 }, null, true] }, detail: 'failed', at: 1 },
};
const pull = {
  ...{ ...sampleFinding().pods[0], image: 'a', reason: 'ErrImagePull', textCause: 'dns-failure', message: 'm' },
};

const cases: [v.GenericSchema, unknown][] = [
  [findingSchema, sampleFinding()],
  [checksSchema, [...sampleFull().checks, walked]],
  [pullsSchema, [pull]],
  [retriesSchema, [{ image: 'a', at: 1, ms: 2.5, outcome: 'failed', cause: 'new', message: null }]],
  [runtimeSchema, { name: 'containerd', version: '2.1.9', apiVersion: 'v1' }],
  [kinds, { kind: 'leaf', size: 1, tree: ['a', ['b', 'c']] }],
  [kinds, { kind: 'leaf', tree: null }],
  [kinds, { kind: 'pair', low: 1, high: 2 }],
  [names, { a: true, b: false }],
  [v.object({ list: v.optional(v.array(v.number()), []) }), { list: [1] }],
];

/** Another value at one place of a JSON value, or a key more or less. */
const spoil = (value: unknown, places: number[], spoiler: unknown): unknown => {
  const [place = 0, ...rest] = places;
  if (typeof value !== 'object' || value === null || places.length === 0) return spoiler;
  if (Array.isArray(value)) {
    const at = value.length === 0 ? 0 : place % value.length;
    return value.map((one: unknown, index) => (index === at ? spoil(one, rest, spoiler) : one));
  }
  const entries = Object.entries(value);
  const at = place % (entries.length + 2);
  if (at === entries.length) return { ...value, added: spoiler };
  if (at > entries.length) return Object.fromEntries(entries.slice(1));
  return Object.fromEntries(entries.map(([key, one], i) => [key, i === at ? spoil(one, rest, spoiler) : one]));
};

const agree = (schema: v.GenericSchema, json: string): boolean => {
  const slow = v.safeParse(schema, JSON.parse(json));
  const fast = fastReader(schema)(JSON.parse(json));
  if (!slow.success) return fast === unreadable;
  return fast !== unreadable && isDeepStrictEqual(fast, slow.output);
};

t.test('reads what valibot reads, and nothing else', t => {
  for (const [schema, value] of cases) t.not(fastReader(schema)(structuredClone(value)), unreadable);
  const spoiler = fc.oneof(
    fc.jsonValue({ maxDepth: 2 }),
    fc.constantFrom('', 'x'.repeat(5000), -1, 1.5, 2 ** 53, null, [], {}, ['a', 'b', 'c'], 'mirror', 'warning', true),
  );
  fc.assert(
    fc.property(fc.constantFrom(...cases), fc.array(fc.nat(20), { maxLength: 5 }), spoiler, ([schema, value], at, by) =>
      agree(schema, JSON.stringify(spoil(value, at, by))),
    ),
    { numRuns: 2000 },
  );
  t.end();
});

t.test('keys of the prototype and keys it does not know are left out', t => {
  const input = '{"a":true,"__proto__":{"b":1},"constructor":false,"prototype":true}';
  t.strictSame(fastReader(names)(JSON.parse(input)), { a: true });
  const known = fastReader(runtimeSchema)(
    JSON.parse('{"name":"a","version":"1","apiVersion":"v1","__proto__":{"x":1},"extra":2}'),
  );
  t.strictSame(known, { name: 'a', version: '1', apiVersion: 'v1' });
  t.equal(({} as Record<string, unknown>)['b'], undefined);
  t.end();
});

t.test('what is filled in belongs to one value alone', t => {
  const read = fastReader(v.object({ list: v.optional(v.array(v.number()), []) }));
  const one = read({});
  const other = read({});
  if (one === unreadable || other === unreadable) throw new Error('both are readable');
  t.strictSame(one, { list: [] });
  t.not(one.list, other.list);
  t.end();
});

t.test('what nests deeper than any report is not followed', t => {
  const nested = (depth: number): unknown => JSON.parse(`${'['.repeat(depth)}"a"${']'.repeat(depth)}`);
  const read = fastReader(tree);
  t.strictSame(read(nested(30)), nested(30));
  t.equal(read(nested(40)), unreadable);
  t.equal(read(nested(500_000)), unreadable);
  t.strictSame(read('a'), 'a', 'and the next value is read as ever');
  t.end();
});

t.test('a schema that no reader is written for is refused at once', t => {
  t.throws(() => fastReader(v.bigint()), /bigint/);
  t.end();
});
