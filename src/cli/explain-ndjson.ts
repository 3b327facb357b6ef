import { explainText } from '../diagnose/explain.ts';

/** What Node.js 24 has and TypeScript's own types do not know yet: the digits of a number as they were written. */
type ExactJson = {
  parse: (text: string, reviver: (key: string, value: unknown, context: { source?: string }) => unknown) => unknown;
  rawJSON: (digits: string) => unknown;
};
const exact = JSON as unknown as ExactJson;

/** The same value, its numbers as they were written: an id of 64 bits is more than a double holds. */
const readExactly = (line: string): unknown =>
  exact.parse(line, (_key, value, { source }) =>
    typeof value === 'number' && source !== undefined ? exact.rawJSON(source) : value,
  );

const fieldsOf = (parsed: unknown): Record<string, unknown> =>
  typeof parsed === 'object' && parsed !== null ? (parsed as Record<string, unknown>) : {};

/** A line that cannot be answered is answered with an `error`; the caller's lines keep their order. */
const refusal = (message: string, id: unknown): string =>
  `${JSON.stringify({ id, error: { code: 'input-invalid', message } })}\n`;

/** Answers line `number` of `--ndjson`: `{"id":…,"text":…}`. The id comes back as it was written, to the last digit. */
export const answerNdjson = (line: string, number: number): string => {
  let parsed: unknown;
  try {
    parsed = JSON.parse(line);
  } catch {
    return refusal(`line ${number} is not JSON; it must be {"id":…,"text":"…"}`, null);
  }
  const { id = null, text } = fieldsOf(parsed);
  const own =
    typeof id === 'number' || (typeof id === 'object' && id !== null) ? fieldsOf(readExactly(line))['id'] : id;
  return typeof text === 'string'
    ? `${JSON.stringify({ id: own, ...explainText(text) })}\n`
    : refusal(`line ${number} has no "text", or it is not a string; it must be {"id":…,"text":"…"}`, own);
};
