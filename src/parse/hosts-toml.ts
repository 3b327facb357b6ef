import { Sealed } from '../model/sealed.ts';
import type { ClientPair } from '../model/registry-hosts.ts';
import { atLeast } from './containerd-version.ts';
import type { ContainerdVersion } from './containerd-version.ts';
import { parseGoDuration } from './go-duration.ts';
import { parseGoUrl } from './go-url.ts';
import { cleanPath, joinPath } from './go-path.ts';
import { tomlLayout } from './toml-layout.ts';
import type { TomlItem } from './toml-layout.ts';
import { isTable, readToml } from './toml.ts';
import type { TomlTable } from './toml.ts';

/** One host as hosts.toml has it, before containerd's defaults; null where nothing is said. */
export type HostEntry = {
  scheme: string;
  /** Empty in the last entry where `server` is absent: containerd puts the default upstream there. */
  host: string;
  path: string;
  capabilities: { pull: boolean; resolve: boolean };
  caFiles: string[] | null;
  clientPairs: ClientPair[] | null;
  skipVerify: boolean | null;
  headerNames: string[];
  headers?: Sealed<Record<string, string[]>>;
  dialTimeoutMs: number | null;
  line: number | null;
};

/** A host that stands in the file and is not asked, with its line. */
export type SkippedHost = { name: string; line: number | null };

/** The hosts in the order in which they are asked, the server last; or what makes containerd refuse the file. */
export type HostsFile =
  { ok: true; hosts: HostEntry[]; skipped: SkippedHost[] } | { ok: false; line: number | null; reason: string };

/** What makes a value unusable; `key` tells the line. */
class Refusal extends Error {
  readonly path: string[];
  constructor(path: string[], reason: string) {
    super(reason);
    this.path = path;
  }
}

type Reader = { table: TomlTable; path: string[]; directory: string; version: ContainerdVersion };

/** A field of the file: go-toml matches its name in any case, that of containerd 1.x only in small or capital letters. */
const field = (reader: Reader, name: string): unknown => {
  if (Object.hasOwn(reader.table, name)) return reader.table[name];
  const anyCase = atLeast(reader.version, 2, 0);
  const other = Object.keys(reader.table).find(key =>
    anyCase ? key.toLowerCase() === name : key === name.toUpperCase(),
  );
  return other === undefined ? undefined : reader.table[other];
};

const refuse = (reader: Reader, name: string, wanted: string): never => {
  throw new Refusal([...reader.path, name], `${name} is not ${wanted}`);
};

const optional = (reader: Reader, name: string, type: 'string' | 'boolean'): unknown => {
  const value = field(reader, name);
  if (value !== undefined && typeof value !== type)
    refuse(reader, name, type === 'string' ? 'a string' : 'true or false');
  return value;
};

const isStrings = (value: unknown): value is string[] =>
  Array.isArray(value) && value.every(item => typeof item === 'string');

const capabilityWords = new Set(['pull', 'resolve', 'push']);

const capabilitiesOf = (reader: Reader): HostEntry['capabilities'] => {
  const value = field(reader, 'capabilities');
  if (value === undefined) return { pull: true, resolve: true };
  if (!isStrings(value)) return refuse(reader, 'capabilities', 'a list of strings');
  if (value.length === 0) return { pull: true, resolve: true };
  const words = value.map(word => word.toLowerCase());
  const known = (word: string): boolean =>
    capabilityWords.has(word) || (word === 'referrers' && atLeast(reader.version, 2, 2));
  if (!words.every(known)) refuse(reader, 'capabilities', 'a list of pull, resolve and push alone');
  return { pull: words.includes('pull'), resolve: words.includes('resolve') };
};

const caFilesOf = (reader: Reader): string[] | null => {
  const value = field(reader, 'ca');
  if (value === undefined) return null;
  if (typeof value === 'string') return [joinPath(reader.directory, value)];
  if (!isStrings(value)) return refuse(reader, 'ca', 'a string or a list of strings');
  return value.map(file => joinPath(reader.directory, file));
};

const clientPairsOf = (reader: Reader): ClientPair[] | null => {
  const value = field(reader, 'client');
  if (value === undefined) return null;
  const absolute = (file: string): string => joinPath(reader.directory, file);
  const combined = (file: string): ClientPair => ({ certFile: absolute(file), keyFile: absolute(file) });
  if (typeof value === 'string') return [combined(value)];
  if (!Array.isArray(value)) return refuse(reader, 'client', 'a string, a list of strings or a list of pairs');
  const pairs = value.map((item: unknown): ClientPair => {
    if (typeof item === 'string') return combined(item);
    if (!isStrings(item) || item.length !== 2) return refuse(reader, 'client', 'a list of pairs of two strings');
    // An empty key becomes the directory itself, which cannot be read: as containerd does it.
    return { certFile: absolute(item[0] ?? ''), keyFile: absolute(item[1] ?? '') };
  });
  return pairs.length === 0 ? null : pairs;
};

const headersOf = (reader: Reader): Pick<HostEntry, 'headerNames' | 'headers'> => {
  const value = field(reader, 'header');
  if (value === undefined) return { headerNames: [] };
  if (!isTable(value)) return refuse(reader, 'header', 'a table');
  const all = Object.entries(value).map(([name, content]): [string, string[]] => {
    if (typeof content === 'string') return [name, [content]];
    if (!isStrings(content))
      throw new Refusal([...reader.path, 'header', name], 'a header is not a string or a list of strings');
    return [name, content];
  });
  // One without a value is not sent.
  const headers = all.filter(([, values]) => values.length > 0);
  const headerNames = headers.map(([name]) => name);
  return headers.length === 0 ? { headerNames } : { headerNames, headers: new Sealed(Object.fromEntries(headers)) };
};

const dialTimeoutOf = (reader: Reader): number | null => {
  if (!atLeast(reader.version, 2, 0)) return null;
  const value = optional(reader, 'dial_timeout', 'string') as string | undefined;
  if (value === undefined || value === '') return null;
  return parseGoDuration(value) ?? refuse(reader, 'dial_timeout', 'a duration such as "5s"');
};

/** Scheme, host and path of a server, as containerd makes them of what is written. */
const addressOf = (reader: Reader, server: string): Pick<HostEntry, 'scheme' | 'host' | 'path'> => {
  const override = optional(reader, 'override_path', 'boolean') === true;
  if (server === '') return { scheme: '', host: '', path: '' };
  const url = parseGoUrl(server.startsWith('http') ? server : `https://${server}`);
  if (url === null) throw new Refusal(reader.path, 'the host’s address is not a URL');
  const path = url.path === '' ? '' : cleanPath(url.path);
  const whole = override || path.endsWith('/v2') ? path : `${path}/v2`;
  return { scheme: url.scheme, host: url.host, path: whole };
};

const entryOf = (reader: Reader, server: string, line: number | null): HostEntry => ({
  ...addressOf(reader, server),
  capabilities: capabilitiesOf(reader),
  caFiles: caFilesOf(reader),
  clientPairs: clientPairsOf(reader),
  skipVerify: (optional(reader, 'skip_verify', 'boolean') as boolean | undefined) ?? null,
  ...headersOf(reader),
  dialTimeoutMs: dialTimeoutOf(reader),
  line,
});

/** Lines by path; where a path is written several times, the first. */
type Lines = ReadonlyMap<string, number>;

const linesOf = (layout: readonly TomlItem[]): Lines => {
  const lines = new Map<string, number>();
  for (const { path, line } of layout) {
    const key = JSON.stringify(path);
    if (!lines.has(key)) lines.set(key, line);
  }
  return lines;
};

/** The line of a path, or of the nearest part of it that has one. */
const lineOf = (lines: Lines, path: readonly string[]): number | null => {
  for (let length = path.length; length > 0; length -= 1) {
    const found = lines.get(JSON.stringify(path.slice(0, length)));
    if (found !== undefined) return found;
  }
  return null;
};

type Ordered = { name: string; line: number | null };

/** Hosts in the order of their headers alone, as 2.x has it; one that is left and taken up again is asked twice. */
const orderOfHeaders = (layout: readonly TomlItem[]): Ordered[] => {
  const order: Ordered[] = [];
  for (const { kind, path, line } of layout) {
    const name = path[1];
    if (kind !== 'table' || path[0] !== 'host' || name === undefined) continue;
    if (order.at(-1)?.name !== name) order.push({ name, line });
  }
  return order;
};

/** Hosts in the order of their lines however they are written, as 1.x has it. */
const orderOfLines = (lines: Lines, tables: TomlTable): Ordered[] =>
  Object.keys(tables)
    .map(name => ({ name, line: lineOf(lines, ['host', name]) }))
    .sort((one, other) => (one.line ?? 0) - (other.line ?? 0));

const hostTables = (root: Reader): TomlTable => {
  const tables = field(root, 'host');
  if (tables === undefined && !atLeast(root.version, 2, 0))
    throw new Refusal([], 'there is no [host] table, without which containerd 1.x refuses the file');
  if (tables !== undefined && !isTable(tables)) throw new Refusal(['host'], 'host is not a table');
  for (const [name, table] of Object.entries(tables ?? {}))
    if (!isTable(table)) throw new Refusal(['host', name], 'a host is not a table');
  return tables ?? {};
};

const readHosts = (root: Reader, layout: readonly TomlItem[], lines: Lines): HostsFile => {
  const tables = hostTables(root);
  const order = atLeast(root.version, 2, 0) ? orderOfHeaders(layout) : orderOfLines(lines, tables);
  const hosts = order.map(({ name, line }) => {
    const table = tables[name];
    return entryOf({ ...root, table: isTable(table) ? table : {}, path: ['host', name] }, name, line);
  });
  const server = (optional(root, 'server', 'string') as string | undefined) ?? '';
  hosts.push(entryOf(root, server, lineOf(lines, ['server'])));
  const asked = new Set(order.map(({ name }) => name));
  const skipped = Object.keys(tables)
    .filter(name => !asked.has(name))
    .map(name => ({ name, line: lineOf(lines, ['host', name]) }));
  return { ok: true, hosts, skipped };
};

/** Reads hosts.toml as containerd's remotes/docker/config does. `directory` is the file's own. Never throws. */
export const parseHostsToml = (text: string, directory: string, version: ContainerdVersion): HostsFile => {
  const toml = readToml(text, version);
  if (!toml.ok) return { ok: false, line: toml.line, reason: `column ${toml.column}: ${toml.reason}` };
  const layout = tomlLayout(text);
  const lines = linesOf(layout);
  try {
    return readHosts({ table: toml.table, path: [], directory, version }, layout, lines);
  } catch (error) {
    if (error instanceof Refusal) return { ok: false, line: lineOf(lines, error.path), reason: error.message };
    throw error;
  }
};
