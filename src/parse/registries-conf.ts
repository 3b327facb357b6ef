import { parseImageRef } from '../model/image-ref.ts';
import { tomlLayout, type TomlItem } from './toml-layout.ts';
import { isTable, readToml, type TomlTable } from './toml.ts';

/** A place that images are pulled from; `location` is a host with or without a path. */
export type Endpoint = {
  location: string;
  insecure: boolean;
  /** Which pulls a mirror is for. */
  pulls: 'all' | 'digest-only' | 'tag-only';
  line: number | null;
};

/** One `[[registry]]`: images whose name begins with `prefix` come from the mirrors, then from its own location. */
export type RegistryEntry = Endpoint & { file: string; prefix: string; mirrors: Endpoint[]; blocked: boolean };

/** One file of containers-registries.conf(5); null where the file says nothing. */
export type RegistriesConf = {
  registries: RegistryEntry[];
  search: string[] | null;
  aliases: Record<string, string>;
  shortNameMode: 'enforcing' | 'permissive' | 'disabled' | null;
};

export type RegistriesConfResult =
  { ok: true; conf: RegistriesConf } | { ok: false; line: number | null; reason: string };

/** What makes the whole file, and with it every pull, fail. */
class Refusal extends Error {
  readonly line: number | null;
  constructor(line: number | null, reason: string) {
    super(reason);
    this.line = line;
  }
}

type Table = { values: TomlTable; line: number | null };

const refuse = (line: number | null, reason: string): never => {
  throw new Refusal(line, reason);
};

/** A field by its name in any case, as the Go library takes it. */
const field = ({ values }: Table, name: string): unknown => {
  if (Object.hasOwn(values, name)) return values[name];
  const other = Object.keys(values).find(key => key.toLowerCase() === name);
  return other === undefined ? undefined : values[other];
};

const textOf = (table: Table, name: string): string => {
  const value = field(table, name) ?? '';
  return typeof value === 'string' ? value : refuse(table.line, `${name} is not a string`);
};

const flagOf = (table: Table, name: string): boolean => {
  const value = field(table, name) ?? false;
  return typeof value === 'boolean' ? value : refuse(table.line, `${name} is not true or false`);
};

const stringsOf = (table: Table, name: string): string[] | null => {
  const value = field(table, name);
  if (value === undefined) return null;
  const isStrings = Array.isArray(value) && value.every(item => typeof item === 'string');
  return isStrings ? value : refuse(table.line, `${name} is not a list of strings`);
};

const tablesOf = (table: Table, name: string): TomlTable[] => {
  const value = field(table, name) ?? [];
  return Array.isArray(value) && value.every(isTable)
    ? value
    : refuse(table.line, `${name} is not a list of tables, as [[${name}]] makes it`);
};

/** A location without slashes at its end; schemes are refused. */
const locationOf = (text: string, line: number | null): string =>
  /^https?:\/\//.test(text) ? refuse(line, 'a location has http:// or https:// before it') : text.replace(/\/+$/, '');

const pullKinds: ReadonlySet<string> = new Set<Endpoint['pulls']>(['all', 'digest-only', 'tag-only']);

const mirrorOf = (table: Table, byDigestOnly: boolean): Endpoint => {
  const location = textOf(table, 'location');
  // Slashes at the end of a mirror stay, and break the names that are made of it.
  if (locationOf(location, table.line) === '') refuse(table.line, 'a mirror has no location');
  const kind = textOf(table, 'pull-from-mirror');
  if (byDigestOnly && kind !== '') refuse(table.line, 'mirror-by-digest-only and pull-from-mirror exclude each other');
  if (kind !== '' && !pullKinds.has(kind)) refuse(table.line, 'pull-from-mirror is not all, digest-only or tag-only');
  const pulls = byDigestOnly ? 'digest-only' : kind === '' ? 'all' : (kind as Endpoint['pulls']);
  return { location, insecure: flagOf(table, 'insecure'), pulls, line: table.line };
};

const registryOf = (table: Table, mirrors: Table[], file: string): RegistryEntry => {
  const location = locationOf(textOf(table, 'location'), table.line);
  const prefix = locationOf(textOf(table, 'prefix'), table.line) || location;
  const wildcard = prefix.startsWith('*.');
  if (location === '' && !wildcard) refuse(table.line, 'a registry has no location');
  if (wildcard && /[/@:]/.test(prefix)) refuse(table.line, 'a prefix with *. is not a domain alone');
  if (textOf(table, 'pull-from-mirror') !== '') refuse(table.line, 'pull-from-mirror stands outside of a mirror');
  const byDigestOnly = flagOf(table, 'mirror-by-digest-only');
  return {
    ...{ file, prefix, location, line: table.line, pulls: 'all' },
    insecure: flagOf(table, 'insecure'),
    blocked: flagOf(table, 'blocked'),
    mirrors: mirrors.map(mirror => mirrorOf(mirror, byDigestOnly)),
  };
};

const registriesOf = (root: Table, layout: readonly TomlItem[], file: string): RegistryEntry[] => {
  const headers = layout.filter(({ kind }) => kind === 'table-array');
  const starts = headers.flatMap(({ path }, at) => (path.join('.') === 'registry' ? [at] : []));
  return tablesOf(root, 'registry').map((values, index) => {
    const [from, to] = [starts[index] ?? headers.length, starts[index + 1] ?? headers.length];
    const own = { values, line: headers[from]?.line ?? null };
    const lines = headers.slice(from, to).filter(({ path }) => path.join('.') === 'registry.mirror');
    const mirrors = tablesOf(own, 'mirror').map((mirror, at) => ({
      values: mirror,
      line: lines[at]?.line ?? own.line,
    }));
    return registryOf(own, mirrors, file);
  });
};

/** The same location may not be insecure here and secure there. */
const checkConflicts = (registries: readonly RegistryEntry[]): void => {
  const seen = new Map<string, RegistryEntry>();
  for (const entry of registries) {
    const key = entry.location === '' ? entry.prefix : entry.location;
    const other = seen.get(key) ?? entry;
    if (other.insecure !== entry.insecure || other.blocked !== entry.blocked)
      refuse(entry.line, 'a registry stands twice with other settings of insecure or blocked');
    seen.set(key, other);
  }
};

const domainPattern =
  /^(?:[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?)(?:\.[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?)*(?::\d+)?$/;

const searchOf = (root: Table): string[] | null =>
  stringsOf(root, 'unqualified-search-registries')?.map(name => {
    const location = locationOf(name, root.line);
    return domainPattern.test(location) ? location : refuse(root.line, 'a search registry is not a host');
  }) ?? null;

const isShort = (name: string): boolean => {
  const first = name.slice(0, Math.max(0, name.indexOf('/')));
  return /^[a-z0-9._/-]+$/.test(name) && !/[.:]/.test(first) && first !== 'localhost' && parseImageRef(name).ok;
};

/** Whether an alias names a repository with its registry, without tag and digest. */
const isFull = (name: string): boolean => {
  const first = name.slice(0, Math.max(0, name.indexOf('/')));
  const path = name.slice(first.length);
  return (/[.:]/.test(first) || first === 'localhost') && !/[:@]/.test(path) && parseImageRef(name).ok;
};

const aliasesOf = (root: Table): Record<string, string> => {
  const value = field(root, 'aliases') ?? {};
  // The library passes over what is no table here.
  if (!isTable(value)) return {};
  return Object.fromEntries(
    Object.entries(value).map(([name, target]): [string, string] => {
      if (typeof target !== 'string') return refuse(root.line, 'an alias is not a string');
      const sound = isShort(name) && (target === '' || isFull(target));
      return sound ? [name, target] : refuse(root.line, 'an alias does not lead from a short name to a full one');
    }),
  );
};

const modes: ReadonlySet<string> = new Set(['enforcing', 'permissive', 'disabled']);

const modeOf = (root: Table): RegistriesConf['shortNameMode'] => {
  const mode = textOf(root, 'short-name-mode');
  if (mode !== '' && !modes.has(mode)) refuse(root.line, 'short-name-mode is not enforcing, permissive or disabled');
  return mode === '' ? null : (mode as RegistriesConf['shortNameMode']);
};

/** The older form: `[registries.search]`, `[registries.insecure]`, `[registries.block]`; null where it is not used. */
const olderForm = (root: Table, file: string): RegistriesConf | null => {
  const value = field(root, 'registries');
  if (value === undefined) return null;
  if (!isTable(value)) return refuse(root.line, 'registries is not a table');
  const listOf = (name: string): string[] | null => {
    const table = field({ values: value, line: null }, name);
    if (table === undefined) return null;
    return isTable(table)
      ? stringsOf({ values: table, line: null }, 'registries')
      : refuse(null, `${name} is no table`);
  };
  const [search, insecure, block] = [listOf('search'), listOf('insecure'), listOf('block')];
  if (search === null && insecure === null && block === null) return null;
  const locations = [...new Set([...(block ?? []), ...(insecure ?? [])].map(name => locationOf(name, null)))];
  const has = (list: string[] | null, name: string): boolean =>
    list?.some(one => locationOf(one, null) === name) ?? false;
  const registries = locations.map((location): RegistryEntry => ({
    ...{ file, location, prefix: location, mirrors: [], pulls: 'all', line: null },
    ...{ insecure: has(insecure, location), blocked: has(block, location) },
  }));
  return { registries, search, aliases: {}, shortNameMode: null };
};

const newerFields = ['registry', 'unqualified-search-registries', 'credential-helpers', 'short-name-mode', 'aliases'];

const confOf = (root: Table, layout: readonly TomlItem[], from: { file: string; dropIn: boolean }): RegistriesConf => {
  const older = olderForm(root, from.file);
  if (older !== null && from.dropIn) refuse(null, 'a drop-in has the older form, [registries.…]');
  if (older !== null && newerFields.some(name => field(root, name) !== undefined))
    refuse(null, 'the older form, [registries.…], stands beside the newer one');
  if (older !== null) return older;
  stringsOf(root, 'credential-helpers');
  const registries = registriesOf(root, layout, from.file);
  checkConflicts(registries);
  return { registries, search: searchOf(root), aliases: aliasesOf(root), shortNameMode: modeOf(root) };
};

/** Reads one file of registries.conf as containers/image's sysregistriesv2 does. Never throws. */
export const parseRegistriesConf = (text: string, from: { file: string; dropIn: boolean }): RegistriesConfResult => {
  const toml = readToml(text);
  if (!toml.ok) return { ok: false, line: toml.line, reason: `column ${toml.column}: ${toml.reason}` };
  try {
    return { ok: true, conf: confOf({ values: toml.table, line: null }, tomlLayout(text), from) };
  } catch (error) {
    if (error instanceof Refusal) return { ok: false, line: error.line, reason: error.message };
    throw error;
  }
};
