import { fc } from '../house/property.ts';
import type { JsonSchema } from './json-schema.ts';

type Named = Record<string, JsonSchema>;

/** Texts that have broken programs before; a schema's own bounds hold for them too. */
const hostile = [
  ...[
    '',
    ' ',
    '\0',
    '\ud800',
    '\udc00x',
    '\ufeff',
    '\u2028',
    '\r\nx: y',
    '"',
    '\\',
    '%00',
    '../../etc/passwd',
    '<script>',
  ],
  ...["' OR 1=1 --", '__proto__', 'constructor', 'toString', '🦑'.repeat(40), 'a'.repeat(4096), '\u001b[31m'],
];

const visible = '^[!-~]+$';
const visibleText = fc.string({ unit: fc.integer({ min: 33, max: 126 }).map(code => String.fromCharCode(code)) });

const textOf = ({ pattern, minLength = 0, maxLength = 5000 }: JsonSchema): fc.Arbitrary<string> => {
  if (pattern !== undefined && pattern !== visible) throw new Error(`no texts are made for ${pattern}`);
  const any =
    pattern === undefined ? fc.oneof(fc.constantFrom(...hostile), fc.string({ unit: 'grapheme' })) : visibleText;
  return any.map(text => text.slice(0, maxLength)).filter(text => text.length >= minLength);
};

const keysOf = (schema: JsonSchema | undefined): fc.Arbitrary<string> =>
  textOf({ ...schema, minLength: 1 }).filter(key => key !== '__proto__');

const objectOf = (schema: JsonSchema, named: Named, depth: number): fc.Arbitrary<unknown> => {
  const { properties = {}, required = [], additionalProperties, propertyNames } = schema;
  const known = fc.record(
    Object.fromEntries(Object.entries(properties).map(([name, own]) => [name, valueOf(own, named, depth)])),
    { requiredKeys: required },
  );
  if (typeof additionalProperties !== 'object') return known;
  return fc.dictionary(keysOf(propertyNames), valueOf(additionalProperties, named, depth), { maxKeys: 3 });
};

/** Values that a schema takes; those that nest without end are cut after some levels. */
export const valueOf = (schema: JsonSchema, named: Named, depth = 0): fc.Arbitrary<unknown> => {
  if (schema.$ref !== undefined) {
    const target = named[schema.$ref.replace('#/components/schemas/', '')];
    if (target === undefined) throw new Error(`there is no ${schema.$ref}`);
    return depth > 3 ? fc.constant(null) : valueOf(target, named, depth + 1);
  }
  if ('const' in schema) return fc.constant(schema.const);
  if (schema.enum !== undefined) return fc.constantFrom(...schema.enum);
  const options = schema.anyOf ?? schema.oneOf;
  if (options !== undefined) return fc.oneof(...options.map(option => valueOf(option, named, depth)));
  const { minimum = -1e15, maximum = 1e15 } = schema;
  switch (schema.type) {
    case 'null':
      return fc.constant(null);
    case 'boolean':
      return fc.boolean();
    case 'string':
      return textOf(schema);
    case 'integer':
      return fc.oneof(fc.integer({ min: minimum, max: Math.min(maximum, 2 ** 31) }), fc.constantFrom(minimum, maximum));
    case 'number':
      return fc.double({ min: minimum, max: maximum, noNaN: true });
    case 'array':
      return fc.array(valueOf(schema.items ?? {}, named, depth), { maxLength: Math.min(3, schema.maxItems ?? 3) });
    case 'object':
      return objectOf(schema, named, depth);
    default:
      throw new Error(`no values are made for ${JSON.stringify(schema).slice(0, 200)}`);
  }
};

const strange = [null, true, -1, 0.5, 1e15, '', 'x', [], {}, [[[]]], { a: 1 }, '\ud800', 'x'.repeat(5000)];

/** Every place of a value, as the way to it. */
const placesOf = (value: unknown, way: (string | number)[] = []): (string | number)[][] => {
  if (typeof value !== 'object' || value === null) return [way];
  const inner = Array.isArray(value)
    ? value.flatMap((item, at) => placesOf(item, [...way, at]))
    : Object.entries(value).flatMap(([key, item]) => placesOf(item, [...way, key]));
  return [way, ...inner];
};

/** A copy in which what stands at a place is another value, or is missing where there is none. */
const changedAt = (value: unknown, [key, ...way]: (string | number)[], other: unknown): unknown => {
  if (key === undefined) return other;
  const copy = (Array.isArray(value) ? [...(value as unknown[])] : { ...(value as object) }) as Record<string, unknown>;
  if (way.length === 0 && other === undefined) Reflect.deleteProperty(copy, key);
  else copy[key] = changedAt(copy[key], way, other);
  return copy;
};

/** A value with one thing in it changed, removed or added: mostly none that its schema takes. */
export const spoiled = (value: unknown): fc.Arbitrary<unknown> => {
  const places = placesOf(value);
  return fc
    .tuple(fc.constantFrom(...places), fc.constantFrom(undefined, ...strange), fc.boolean())
    .map(([place, other, isAdded]) =>
      isAdded ? changedAt(value, [...place.slice(0, -1), 'nonsense'], other ?? 1) : changedAt(value, place, other),
    );
};
