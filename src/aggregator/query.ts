import * as v from 'valibot';
import { limits } from '../model/limits.ts';
import { problemOf, type Problem } from '../wire/problem.ts';
import { readMoment } from '../wire/moment.ts';

/** A parameter that is a text of at most so many characters. */
export const textParameter = (max: number): v.GenericSchema<unknown, string> => {
  const says = `one text of 1 to ${max} characters`;
  return v.pipe(v.string(says), v.minLength(1, says), v.maxLength(max, says), v.metadata({ description: says }));
};

/** A parameter that is one of a few words. */
export const choiceParameter = <Word extends string>(words: readonly Word[]): v.GenericSchema<unknown, Word> =>
  v.picklist(words, `one of ${words.join(', ')}`);

const wholeNumber = (text: string): number | null => (/^\d{1,15}$/.test(text) ? Number(text) : null);

/** A parameter read by a function that gives null for what it does not take; `form` describes it as JSON Schema. */
const readParameter = <Value>(
  says: string,
  form: Record<string, unknown>,
  read: (text: string) => Value | null,
): v.GenericSchema<unknown, Value> =>
  v.pipe(
    v.string(says),
    v.rawTransform(({ dataset, addIssue, NEVER }) => {
      const value = read(dataset.value);
      if (value !== null) return value;
      addIssue({ message: says });
      return NEVER;
    }),
    v.metadata({ description: says, ...form }),
  );

const limitForm = {
  type: 'integer',
  minimum: 1,
  maximum: limits.listMax,
  default: limits.listDefault,
  examples: [100],
};

/** How many items a page holds. */
export const limitParameter = readParameter(`a whole number from 1 to ${limits.listMax}`, limitForm, text => {
  const value = wholeNumber(text);
  return value !== null && value >= 1 && value <= limits.listMax ? value : null;
});

const timeForm = {
  anyOf: [
    { type: 'string', format: 'date-time' },
    { type: 'integer', minimum: 0 },
  ],
  type: undefined,
  examples: ['2026-01-31T08:00:00Z'],
};

/** A time: epoch milliseconds, or RFC 3339 with its zone. */
export const timeParameter = readParameter(
  'epoch milliseconds, or a time such as 2026-01-31T08:00:00Z',
  timeForm,
  text => {
    const time = readMoment(text) ?? wholeNumber(text);
    return time === null || time < 0 ? null : time;
  },
);

/** Makes a page's end opaque: callers must not build cursors, so what is in them may change. */
export const cursorOf = (key: string | null): string | null =>
  key === null ? null : Buffer.from(`1:${key}`).toString('base64url');

const keyOf = (cursor: string): string | null => {
  if (!/^[\w-]{1,800}$/.test(cursor)) return null;
  const text = Buffer.from(cursor, 'base64url').toString();
  return text.startsWith('1:') && cursorOf(text.slice(2)) === cursor ? text.slice(2) : null;
};

const cursorForm = { maxLength: 800, pattern: '^[A-Za-z0-9_-]+$' };
const cursorSays = 'the `next` of an earlier answer to the same question';

/** A cursor that holds a text. */
export const textCursor = readParameter(cursorSays, cursorForm, keyOf);

/** A cursor that holds a row number. */
export const rowCursor = readParameter(cursorSays, cursorForm, cursor => wholeNumber(keyOf(cursor) ?? ''));

const shown = (value: unknown): string => (typeof value === 'string' ? `"${value.slice(0, 60)}"` : 'given twice');

/** A query's values, or the problem that names the parameter at fault. */
export const readQuery = <Entries extends v.ObjectEntries>(
  schema: v.StrictObjectSchema<Entries, undefined>,
  query: unknown,
): { ok: true; values: v.InferOutput<typeof schema> } | { ok: false; problem: Problem } => {
  const parsed = v.safeParse(schema, query, { abortEarly: true });
  if (parsed.success) return { ok: true, values: parsed.output };
  const [issue] = parsed.issues;
  const parameter = v.getDotPath(issue) ?? '';
  const detail = Object.hasOwn(schema.entries, parameter)
    ? `${parameter}: ${shown(issue.input)} is not allowed; it takes ${issue.message}`
    : `"${parameter.slice(0, 60)}" is not a parameter here; there are ${Object.keys(schema.entries).join(', ')}`;
  return { ok: false, problem: problemOf('query-invalid', detail, { parameter: parameter.slice(0, 60) }) };
};
