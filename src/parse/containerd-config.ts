import { atLeast } from './containerd-version.ts';
import type { ContainerdVersion } from './containerd-version.ts';
import { tomlLayout } from './toml-layout.ts';
import { isTable, readToml, tableAt } from './toml.ts';
import type { TomlTable } from './toml.ts';

/** One file of containerd's configuration; `table` may hold secrets and is not to be kept. */
export type ConfigFile = { file: string; version: number; imports: string[]; table: TomlTable; lines: SectionLine[] };

/** A table header with its line. */
type SectionLine = { path: string[]; line: number };

/** What containerd's configuration says of registries: host names, addresses and file names, never a credential. */
export type RegistrySettings = {
  /** As written; empty where unset. */
  configPath: string;
  mirrors: Record<string, string[]>;
  /** TLS settings of 1.x by host. */
  tls: Record<string, LegacyTls>;
  /** Options that make containerd 2.1 and newer pull by itself rather than by the transfer service. */
  localPullBy: string[];
  criDisabled: boolean;
  /** What containerd refuses to start with, in words without values. */
  refused: string[];
  /** Registry sections that this version does not look at. */
  ignored: { file: string; line: number | null; section: string }[];
};

export type LegacyTls = { caFile: string; certFile: string; keyFile: string; skipVerify: boolean };

const criV1 = 'cri';
const criV2 = 'io.containerd.grpc.v1.cri';
const imagesV3 = 'io.containerd.cri.v1.images';

type Types = Record<string, (value: unknown) => boolean>;

const isStrings = (value: unknown): boolean => Array.isArray(value) && value.every(item => typeof item === 'string');

const isBoolean = (value: unknown): boolean => typeof value === 'boolean';

const isTableOf = (type: (value: unknown) => boolean) => (value: unknown) =>
  isTable(value) && Object.values(value).every(type);

const tablesOf = (key: string, type: (value: unknown) => boolean) =>
  isTableOf(item => isTable(item) && (!Object.hasOwn(item, key) || type(item[key])));

/** Sections and lists of the file itself; without their type containerd does not start. */
const topTypes: Types = {
  plugins: isTable,
  required_plugins: isStrings,
  disabled_plugins: isStrings,
};

const wrongTypes = (table: TomlTable, types: Types): string[] =>
  Object.entries(types)
    .filter(([key, type]) => Object.hasOwn(table, key) && !type(table[key]))
    .map(([key]) => `${key} is of the wrong type`);

/** The newest form of the file that a version reads; 1.6 does not look whether it is newer (seen with 5). */
const newestVersion = (containerd: ContainerdVersion): number => {
  if (!atLeast(containerd, 1, 7)) return Infinity;
  if (!atLeast(containerd, 2, 0)) return 2;
  return atLeast(containerd, 2, 3) ? 4 : 3;
};

/** Reads one file; its own place in `imports` is not resolved here. */
export const parseConfigFile = (
  text: string,
  file: string,
  containerd: ContainerdVersion,
): { ok: true; config: ConfigFile } | { ok: false; line: number; reason: string } => {
  const toml = readToml(text, containerd);
  if (!toml.ok) return { ok: false, line: toml.line, reason: `column ${toml.column}: ${toml.reason}` };
  const { version, imports } = toml.table;
  const [wrong] = wrongTypes(toml.table, topTypes);
  if (wrong !== undefined) return { ok: false, line: 1, reason: wrong };
  const lines = tomlLayout(text)
    .filter(item => item.kind === 'table')
    .map(({ path, line }) => ({ path, line }));
  const lineOf = (key: string): number => tomlLayout(text).find(item => item.path.join('.') === key)?.line ?? 1;
  if (version !== undefined && !Number.isInteger(version))
    return { ok: false, line: lineOf('version'), reason: 'version is not a number' };
  if (typeof version === 'number' && version > newestVersion(containerd))
    return { ok: false, line: lineOf('version'), reason: 'version is newer than this containerd reads' };
  if (imports !== undefined && !(Array.isArray(imports) && imports.every(item => typeof item === 'string')))
    return { ok: false, line: lineOf('imports'), reason: 'imports is not a list of strings' };
  return {
    ok: true,
    config: {
      file,
      version: typeof version === 'number' ? version : 0,
      imports: Array.isArray(imports) ? imports : [],
      table: toml.table,
      lines,
    },
  };
};

/** As containerd 2.x merges: key by key, what comes later wins. */
const mergeDeep = (to: TomlTable, from: TomlTable): TomlTable => {
  const merged: TomlTable = { ...to };
  for (const [key, value] of Object.entries(from)) {
    const old = Object.hasOwn(merged, key) ? merged[key] : undefined;
    merged[key] = isTable(old) && isTable(value) ? mergeDeep(old, value) : value;
  }
  return merged;
};

/** What the files say together: 2.x merges them key by key, 1.x takes each plugin's section whole. It may hold secrets. */
export const effectiveConfig = (files: readonly ConfigFile[], version: ContainerdVersion): TomlTable => {
  const merged = files.reduce<TomlTable>((to, { table }) => {
    if (atLeast(version, 2, 0)) return mergeDeep(to, table);
    const plugins = { ...tableAt(to, ['plugins']), ...tableAt(table, ['plugins']) };
    return { ...to, ...table, plugins };
  }, {});
  return Object.fromEntries(Object.entries(merged).filter(([key]) => key !== 'imports'));
};

/** Names of the section that counts in one file, the newer first; 2.x reads each file by the file's own version. */
const sectionNames = (configVersion: number, version: ContainerdVersion): string[] => {
  if (!atLeast(version, 2, 0)) return configVersion < 2 ? [criV1] : [criV2];
  // A file without a version is not migrated by 2.1.9.
  if (configVersion === 0 || configVersion >= 3) return [imagesV3];
  return configVersion === 1 ? [imagesV3, criV2, criV1] : [imagesV3, criV2];
};

/** The images section of all files: 1.x takes that of the last file whole, 2.x merges them key by key. */
export const imagesSection = (files: readonly ConfigFile[], version: ContainerdVersion): TomlTable => {
  const two = atLeast(version, 2, 0);
  return files.reduce<TomlTable>((merged, file) => {
    const names = sectionNames((two ? file : (files[0] ?? file)).version, version);
    const own = names.map(name => tableAt(file.table, ['plugins', name])).find(section => section !== null);
    if (own === undefined) return merged;
    return two ? mergeDeep(merged, own) : own;
  }, {});
};

const text = (table: TomlTable, key: string): string => {
  const value = table[key];
  return typeof value === 'string' ? value : '';
};

const mirrorsOf = (registry: TomlTable): Record<string, string[]> => {
  const mirrors: [string, string[]][] = Object.entries(tableAt(registry, ['mirrors']) ?? {}).map(([host, mirror]) => {
    const endpoints = isTable(mirror) ? mirror['endpoint'] : undefined;
    return [host, Array.isArray(endpoints) ? endpoints.filter(item => typeof item === 'string') : []];
  });
  return Object.fromEntries(mirrors);
};

const tlsOf = (registry: TomlTable): Record<string, LegacyTls> => {
  const found: [string, LegacyTls][] = [];
  for (const [host, config] of Object.entries(tableAt(registry, ['configs']) ?? {})) {
    const tls = isTable(config) ? tableAt(config, ['tls']) : null;
    if (tls === null) continue;
    const [caFile, certFile, keyFile] = [text(tls, 'ca_file'), text(tls, 'cert_file'), text(tls, 'key_file')];
    found.push([host, { caFile, certFile, keyFile, skipVerify: tls['insecure_skip_verify'] === true }]);
  }
  return Object.fromEntries(found);
};

/** Why containerd 2.1 and newer would not use the transfer service (`internal/cri/config`). */
const localTriggers = (images: TomlTable, registry: TomlTable): string[] => {
  const concurrent = images['max_concurrent_downloads'];
  const filled = (key: string): boolean => Object.keys(tableAt(registry, [key]) ?? {}).length > 0;
  const triggers: [string, boolean][] = [
    ['use_local_image_pull', images['use_local_image_pull'] === true],
    ['disable_snapshot_annotations', images['disable_snapshot_annotations'] === false],
    ['discard_unpacked_layers', images['discard_unpacked_layers'] === true],
    ['image_pull_with_sync_fs', images['image_pull_with_sync_fs'] === true],
    ['max_concurrent_downloads', concurrent !== undefined && concurrent !== 3],
    ['registry.mirrors', filled('mirrors')],
    ['registry.configs', filled('configs')],
    ['registry.auths', filled('auths')],
  ];
  return triggers.filter(([, set]) => set).map(([name]) => name);
};

/** The fields of the images section that decide of pulls, as far as this version knows them: others are passed over. */
const imageTypes = (version: ContainerdVersion): Types => ({
  ...{ registry: isTable, disable_snapshot_annotations: isBoolean, discard_unpacked_layers: isBoolean },
  max_concurrent_downloads: Number.isInteger,
  ...(atLeast(version, 1, 7) ? { image_pull_with_sync_fs: isBoolean } : {}),
  ...(atLeast(version, 2, 1) ? { use_local_image_pull: isBoolean } : {}),
});

const registryTypes: Types = {
  config_path: value => typeof value === 'string',
  mirrors: tablesOf('endpoint', isStrings),
  configs: tablesOf('tls', isTable),
  auths: isTableOf(isTable),
  headers: isTableOf(isStrings),
};

/** containerd 1.x does not start with a plugin's short name in a file of version 2. */
const badPluginKeys = (files: readonly ConfigFile[], version: ContainerdVersion): string[] => {
  if (atLeast(version, 2, 0) || (files[0]?.version ?? 2) < 2) return [];
  const keys = files.flatMap(({ table }) => Object.keys(tableAt(table, ['plugins']) ?? {}));
  return keys.filter(key => !key.includes('.')).map(key => `plugins.${key} is no name of a plugin`);
};

const ignoredSections = (files: readonly ConfigFile[], version: ContainerdVersion): RegistrySettings['ignored'] =>
  files.flatMap(({ file, table, lines, version: own }) => {
    const names = sectionNames(atLeast(version, 2, 0) ? own : (files[0]?.version ?? own), version);
    const found = [criV1, criV2, imagesV3].filter(name => tableAt(table, ['plugins', name, 'registry']) !== null);
    return found
      .filter(name => !names.includes(name))
      .map(name => ({
        file,
        line: lines.find(({ path }) => path.slice(0, 3).join('\n') === `plugins\n${name}\nregistry`)?.line ?? null,
        section: `plugins.${JSON.stringify(name)}.registry`,
      }));
  });

const disabledNames = new Set([criV1, criV2, imagesV3]);

/** What the files, in the order in which containerd loads them, say of registries. */
export const registrySettings = (files: readonly ConfigFile[], version: ContainerdVersion): RegistrySettings => {
  const images = imagesSection(files, version);
  const registry = tableAt(images, ['registry']) ?? {};
  const disabled = files.flatMap(({ table }) => (table['disabled_plugins'] ?? []) as unknown);
  return {
    configPath: text(registry, 'config_path'),
    mirrors: mirrorsOf(registry),
    tls: atLeast(version, 2, 0) ? {} : tlsOf(registry),
    localPullBy: localTriggers(images, registry),
    criDisabled: disabled.some(item => typeof item === 'string' && disabledNames.has(item)),
    refused: [
      ...wrongTypes(images, imageTypes(version)),
      ...wrongTypes(registry, registryTypes),
      ...badPluginKeys(files, version),
    ],
    ignored: ignoredSections(files, version),
  };
};

/** The list that 2.2 and newer use where neither config_path nor mirrors is set. */
const defaultRoots = '/etc/containerd/certs.d:/etc/docker/certs.d';

/** Where hosts.toml files are looked for; `whole` tells that a list was taken as one directory. */
export const certsRoots = (
  settings: RegistrySettings,
  version: ContainerdVersion,
): { roots: string[]; whole: boolean } => {
  const unset = settings.configPath === '' && Object.keys(settings.mirrors).length === 0;
  const path = unset && atLeast(version, 2, 2) ? defaultRoots : settings.configPath;
  const transfer = atLeast(version, 2, 1) && settings.localPullBy.length === 0;
  if (transfer && path.includes(':')) return { roots: [path], whole: true };
  // Go's filepath.SplitList keeps empty parts, which name the directory that containerd runs in: the root.
  return { roots: path === '' ? [] : path.split(':').map(root => (root === '' ? '/' : root)), whole: false };
};
