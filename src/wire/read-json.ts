import * as v from 'valibot';

/** What outside data must look like, and what it is read as. */
export type Schema<Value> = v.GenericSchema<unknown, Value>;

/** What the JSON holds, or why it is not what was asked for. */
type Read<Value> = { ok: true; value: Value } | { ok: false; why: string };

/** Reads JSON as a schema has it; never throws. `whole` names what is read in the reason. */
export const readJson = <Value>(json: string, schema: Schema<Value>, whole = 'its answer'): Read<Value> => {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch {
    return { ok: false, why: `${whole} is no JSON` };
  }
  const parsed = v.safeParse(schema, value, { abortEarly: true });
  if (parsed.success) return { ok: true, value: parsed.output };
  return { ok: false, why: `${v.getDotPath(parsed.issues[0]) ?? whole}: ${parsed.issues[0].message}` };
};
