import { parse, TomlError } from 'smol-toml';
import { atLeast } from './containerd-version.ts';
import type { ContainerdVersion } from './containerd-version.ts';

/** A table of a TOML file, values not yet checked. */
export type TomlTable = Record<string, unknown>;

/** A TOML file, or the place and kind of its first fault; the fault never quotes the file, which may hold secrets. */
export type TomlResult = { ok: true; table: TomlTable } | { ok: false; line: number; column: number; reason: string };

/** Nesting of inline tables and lists beyond which a file is refused: a stack must not overflow. */
const maxDepth = 100;

/** Reads TOML 1.0, as this containerd would where one is given. Never throws. */
export const readToml = (text: string, version?: ContainerdVersion): TomlResult => {
  // smol-toml and go-toml 1 (containerd 1.x) pass over a byte order mark, go-toml 2 and CRI-O's reader refuse it.
  if (text.startsWith('\ufeff') && (version === undefined || atLeast(version, 2, 0)))
    return { ok: false, line: 1, column: 1, reason: 'byte order mark' };
  try {
    return { ok: true, table: parse(text, { integersAsBigInt: 'asNeeded', maxDepth }) };
  } catch (error) {
    if (!(error instanceof TomlError)) return { ok: false, line: 1, column: 1, reason: 'not readable as TOML' };
    const reason = (error.message.split('\n')[0] ?? '').replace(/^Invalid TOML document: /, '');
    return { ok: false, line: error.line, column: error.column, reason };
  }
};

/** Whether a value is a table. */
export const isTable = (value: unknown): value is TomlTable =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Date);

/** The table below these keys, or null where there is none. */
export const tableAt = (table: TomlTable, keys: readonly string[]): TomlTable | null => {
  let at: unknown = table;
  for (const key of keys) {
    if (!isTable(at) || !Object.hasOwn(at, key)) return null;
    at = at[key];
  }
  return isTable(at) ? at : null;
};
