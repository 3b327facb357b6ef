/** JSON Schema as far as the description of the API uses it. */
export type JsonSchema = {
  $ref?: string;
  type?: string;
  enum?: unknown[];
  const?: unknown;
  anyOf?: JsonSchema[];
  oneOf?: JsonSchema[];
  properties?: Record<string, JsonSchema>;
  required?: string[];
  additionalProperties?: boolean | JsonSchema;
  propertyNames?: JsonSchema;
  maxProperties?: number;
  items?: JsonSchema;
  maxItems?: number;
  minLength?: number;
  maxLength?: number;
  pattern?: string;
  minimum?: number;
  maximum?: number;
};

/** Words that say nothing about whether a value is right. */
const silent = new Set(['description', 'title', 'examples', 'example', 'default', 'format']);
const known = new Set([
  ...['$ref', 'type', 'enum', 'const', 'anyOf', 'oneOf', 'properties', 'required', 'additionalProperties'],
  ...['propertyNames', 'maxProperties', 'items', 'maxItems', 'minLength', 'maxLength', 'pattern', 'minimum', 'maximum'],
]);

const typeOf = (value: unknown): string => {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  return Number.isInteger(value) ? 'integer' : typeof value;
};

const chars = (text: string): number => text.length;

/** Why a value is not what a schema says, with its place; null where it is. Words of a schema that it does not know are a fault. */
export const mismatch = (
  value: unknown,
  schema: JsonSchema,
  named: Record<string, JsonSchema>,
  place = '$',
): string | null => {
  const strange = Object.keys(schema).find(word => !known.has(word) && !silent.has(word));
  if (strange !== undefined) return `${place}: the schema says ${strange}`;
  if (schema.$ref !== undefined) {
    const target = named[schema.$ref.replace('#/components/schemas/', '')];
    return target === undefined ? `${place}: no ${schema.$ref}` : mismatch(value, target, named, place);
  }
  const wrong = (why: string): string => `${place}: ${why}, not ${JSON.stringify(value).slice(0, 100)}`;
  const type = typeOf(value);
  const { enum: words } = schema;
  if (words && !words.includes(value)) return wrong(`one of ${words.length} words`);
  // A word list with null in it takes null beside its type.
  if (schema.type !== undefined && type !== schema.type && !(schema.type === 'number' && type === 'integer'))
    if (!(value === null && words?.includes(null))) return wrong(schema.type);
  if ('const' in schema && value !== schema.const) return wrong(String(schema.const));
  for (const options of [schema.anyOf, schema.oneOf])
    if (options && !options.some(option => mismatch(value, option, named, place) === null)) return wrong('any of');
  if (typeof value === 'string') {
    if (chars(value) > (schema.maxLength ?? Infinity) || chars(value) < (schema.minLength ?? 0)) return wrong('length');
    if (schema.pattern !== undefined && !new RegExp(schema.pattern).test(value)) return wrong(schema.pattern);
  }
  if (typeof value === 'number' && (value < (schema.minimum ?? -Infinity) || value > (schema.maximum ?? Infinity)))
    return wrong('in range');
  if (Array.isArray(value)) {
    if (value.length > (schema.maxItems ?? Infinity)) return wrong('fewer items');
    for (const [at, item] of value.entries()) {
      const why = schema.items ? mismatch(item, schema.items, named, `${place}[${at}]`) : null;
      if (why !== null) return why;
    }
  } else if (typeof value === 'object' && value !== null) {
    const missing = schema.required?.find(name => !Object.hasOwn(value, name));
    if (missing !== undefined) return wrong(`with ${missing}`);
    const { additionalProperties: others, propertyNames, maxProperties = Infinity } = schema;
    if (Object.keys(value).length > maxProperties) return wrong('fewer properties');
    for (const [name, item] of Object.entries(value)) {
      if (others === false && !Object.hasOwn(schema.properties ?? {}, name)) return wrong(`without ${name}`);
      const misnamed = propertyNames ? mismatch(name, propertyNames, named, `${place}.${name}`) : null;
      if (misnamed !== null) return misnamed;
      const own = schema.properties?.[name] ?? (typeof others === 'object' ? others : null);
      const why = own === null ? null : mismatch(item, own, named, `${place}.${name}`);
      if (why !== null) return why;
    }
  }
  return null;
};
