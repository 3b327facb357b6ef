import type * as v from 'valibot';
import { limits } from '../model/limits.ts';

/** What a reader gives for a value that is not as its schema has it. */
export const unreadable = Symbol('unreadable');

type Judge = (value: unknown) => boolean;

/** One that only judges, and gives good values as they are, has that judgement beside it: several in a row are then one. */
type Reader = ((value: unknown) => unknown) & { isGood?: Judge };

/** What of a schema's or an action's description is looked at; which parts are there depends on its type. */
type Part = {
  kind: string;
  type: string;
  pipe?: Part[];
  entries?: Record<string, Part>;
  item?: Part;
  key?: unknown;
  value?: Part;
  wrapped?: Part;
  default?: unknown;
  options?: unknown[];
  literal?: unknown;
  requirement?: unknown;
  operation?: (value: unknown) => unknown;
  getter?: () => Part;
};

const accept = (isGood: Judge): Reader =>
  Object.assign((value: unknown): unknown => (isGood(value) ? value : unreadable), { isGood });

/** All of them, without a loop for as many as most schemas have. */
const every = (judges: Judge[]): Judge => {
  const [first, second, third, fourth] = judges;
  if (!first || judges.length > 4) return value => judges.every(isGood => isGood(value));
  if (!second) return first;
  if (!third) return value => first(value) && second(value);
  if (!fourth) return value => first(value) && second(value) && third(value);
  return value => first(value) && second(value) && third(value) && fourth(value);
};

const sizeOf = (value: unknown): number => (value as { length: number }).length;

const inOrder = (readers: Reader[]): Reader => {
  const judges = readers.flatMap(({ isGood }) => isGood ?? []);
  if (judges.length === readers.length) return accept(every(judges));
  const [first, second, third] = readers;
  if (readers.length === 1 && first) return first;
  if (readers.length === 2 && first && second)
    return value => {
      const one = first(value);
      return one === unreadable ? one : second(one);
    };
  if (readers.length === 3 && first && second && third)
    return value => {
      const one = first(value);
      const two = one === unreadable ? one : second(one);
      return two === unreadable ? two : third(two);
    };
  return given => {
    let value = given;
    for (const read of readers) if ((value = read(value)) === unreadable) return unreadable;
    return value;
  };
};

const arrayOf =
  (read: Reader): Reader =>
  value => {
    if (!Array.isArray(value)) return unreadable;
    const items: unknown[] = value;
    for (let index = 0; index < items.length; index += 1) {
      const before = items[index];
      const after = read(before);
      if (after === unreadable) return unreadable;
      if (after !== before) items[index] = after;
    }
    return items;
  };

const isOptional = ({ type }: Part): boolean => type === 'optional' || type === 'exact_optional';

/** A fresh one each time, since what is read belongs to its reader. */
const copied = (value: unknown): unknown => (typeof value === 'object' ? structuredClone(value) : value);

type Entry = { key: string; read: Reader; isGood: Judge | null; isOptional: boolean; given: unknown };

const onlyKnown = (input: Record<string, unknown>, entries: Entry[]): Record<string, unknown> => {
  const known: Record<string, unknown> = {};
  for (const { key } of entries) if (Object.hasOwn(input, key)) known[key] = input[key];
  return known;
};

const objectOf = (parts: Record<string, Part>): Reader => {
  const entries = Object.entries(parts).map(([key, part]): Entry => {
    const read = readerOf(part);
    return { key, read, isGood: read.isGood ?? null, isOptional: isOptional(part), given: part.default };
  });
  return value => {
    if (typeof value !== 'object' || value === null) return unreadable;
    const input = value as Record<string, unknown>;
    let found = 0;
    for (const { key, read, isGood, isOptional: mayMiss, given } of entries) {
      const before = input[key];
      if (before === undefined) {
        if (!mayMiss) return unreadable;
        if (given === undefined) continue;
        input[key] = copied(given);
      } else if (isGood !== null) {
        if (!isGood(before)) return unreadable;
      } else {
        const after = read(before);
        if (after === unreadable) return unreadable;
        if (after !== before) input[key] = after;
      }
      found += 1;
    }
    return Object.keys(input).length === found && !Array.isArray(value) ? input : onlyKnown(input, entries);
  };
};

const forbidden = new Set(['__proto__', 'prototype', 'constructor']);

const recordOf =
  (readKey: Reader, read: Reader): Reader =>
  value => {
    if (typeof value !== 'object' || value === null) return unreadable;
    const input = value as Record<string, unknown>;
    const keys = Object.keys(input);
    const bad = keys.some(key => forbidden.has(key)) || Array.isArray(value);
    const output = bad ? {} : input;
    for (const key of keys) {
      if (forbidden.has(key)) continue;
      const after = readKey(key) === unreadable ? unreadable : read(input[key]);
      if (after === unreadable) return unreadable;
      if (bad || after !== input[key]) output[key] = after;
    }
    return output;
  };

const anyOf =
  (readers: Reader[]): Reader =>
  value => {
    for (const read of readers) {
      const result = read(value);
      if (result !== unreadable) return result;
    }
    return unreadable;
  };

/** Of objects that one of their entries tells apart, each by a literal of its own. */
const variantOf = (key: string, options: Part[]): Reader => {
  const byLiteral = new Map(options.map(option => [option.entries?.[key]?.literal, readerOf(option)]));
  return value => {
    const kind: unknown = typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined;
    return kind === undefined ? unreadable : (byLiteral.get(kind)?.(value) ?? unreadable);
  };
};

const wrap = (part: Part | undefined): Reader => {
  if (!part) throw new Error('a schema that wraps another one has it');
  return readerOf(part);
};

const makers: Record<string, (part: Part) => Reader> = {
  string: () => accept(value => typeof value === 'string'),
  number: () => accept(value => typeof value === 'number' && !Number.isNaN(value)),
  boolean: () => accept(value => typeof value === 'boolean'),
  literal: ({ literal }) => accept(value => value === literal),
  picklist: ({ options = [] }) => accept(value => options.includes(value)),
  array: ({ item }) => arrayOf(wrap(item)),
  object: ({ entries = {} }) => objectOf(entries),
  record: ({ key, value }) => recordOf(wrap(key as Part), wrap(value)),
  union: ({ options = [] }) => anyOf(options.map(option => readerOf(option as Part))),
  variant: ({ key, options = [] }) => variantOf(String(key), options as Part[]),
  optional: ({ wrapped }) => wrap(wrapped),
  exact_optional: ({ wrapped }) => wrap(wrapped),
  nullable: ({ wrapped }) => {
    const read = wrap(wrapped);
    const { isGood } = read;
    return isGood ? accept(value => value === null || isGood(value)) : value => (value === null ? null : read(value));
  },
  lazy: ({ getter }) => {
    let read: Reader | null = null;
    let depth = 0;
    return value => {
      if (depth >= limits.reportDepth) return unreadable;
      depth += 1;
      const result = (read ??= wrap(getter?.()))(value);
      depth -= 1;
      return result;
    };
  },
  max_length: ({ requirement }) => accept(value => sizeOf(value) <= Number(requirement)),
  min_length: ({ requirement }) => accept(value => sizeOf(value) >= Number(requirement)),
  max_entries: ({ requirement }) => accept(value => Object.keys(value as object).length <= Number(requirement)),
  min_value: ({ requirement }) => accept(value => (value as number) >= Number(requirement)),
  regex: ({ requirement }) => accept(value => (requirement as RegExp).test(String(value))),
  finite: () => accept(Number.isFinite),
  safe_integer: () => accept(Number.isSafeInteger),
  partial_check: ({ requirement }) => accept(requirement as (value: unknown) => boolean),
  transform: ({ operation }) => operation ?? (value => value),
};

const known = new WeakMap<Part, Reader>();

const readerOf = (part: Part): Reader => {
  const held = known.get(part);
  if (held) return held;
  const make = makers[part.type];
  if (!make) throw new Error(`no reader is written for schemas of type ${part.type}`);
  const read = part.pipe ? inOrder(part.pipe.filter(({ kind }) => kind !== 'metadata').map(readerOf)) : make(part);
  known.set(part, read);
  return read;
};

/**
 * The same judgement as `v.parse` of a schema over what JSON.parse gave, some times faster: nothing is noted about what is
 * wrong, the value is taken over instead of copied, and what nests deeper than a report is not followed. Who must say what
 * is wrong asks valibot.
 */
export const fastReader = <Value>(
  schema: v.GenericSchema<unknown, Value>,
): ((value: unknown) => Value | typeof unreadable) => readerOf(schema) as ReturnType<typeof fastReader<Value>>;
