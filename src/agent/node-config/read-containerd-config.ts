import { readdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { limits } from '../../model/limits.ts';
import type { ConfigProblem } from '../../model/registry-hosts.ts';
import { effectiveConfig, parseConfigFile, registrySettings } from '../../parse/containerd-config.ts';
import type { ConfigFile, RegistrySettings } from '../../parse/containerd-config.ts';
import { atLeast } from '../../parse/containerd-version.ts';
import type { ContainerdVersion } from '../../parse/containerd-version.ts';
import { goGlob, isGoGlob } from '../../parse/go-glob.ts';
import { registryAuths, type RegistryAuth } from '../../parse/registry-auth.ts';
import type { TomlTable } from '../../parse/toml.ts';
import { reloadProblems } from './config-reload.ts';
import { hostPath, missingCode, readHostText, type HostFileError } from './host-file.ts';
import { unknownConfig, type RunningConfig } from './running-config.ts';

/** Where containerd's configuration lies: its own place, then those of k3s, RKE2 and MicroK8s. */
const knownConfigs = [
  '/etc/containerd/config.toml',
  '/var/lib/rancher/k3s/agent/etc/containerd/config.toml',
  '/var/lib/rancher/rke2/agent/etc/containerd/config.toml',
  '/var/snap/microk8s/current/args/containerd.toml',
];

/** The distribution's own configuration comes first where its socket is the one in use. */
const configsFor = (criSocket: string | undefined): string[] => {
  const rank = (file: string): number => {
    if (criSocket?.includes('/k3s/') === true) return file.includes('/rancher/') ? 0 : 1;
    if (criSocket?.includes('/microk8s/') === true) return file.includes('/microk8s/') ? 0 : 1;
    return 0;
  };
  return [...knownConfigs].sort((one, other) => rank(one) - rank(other));
};

/** What is read of the runtime's configuration, and what is wrong with it. */
export type ContainerdConfig = {
  file: string;
  settings: RegistrySettings;
  /** All files as one; it may hold secrets and is not to be kept. */
  effective: TomlTable;
  /** The credentials that it has. Secrets: for the walk's requests alone. */
  auths: RegistryAuth[];
  problems: ConfigProblem[];
};

export type ConfigPlace = {
  hostRoot: string;
  criSocket?: string;
  /** What the runtime runs with, where that is known: it counts before the files. */
  running?: RunningConfig;
};

const findConfig = async ({ hostRoot, criSocket, running }: ConfigPlace): Promise<string> => {
  if (running?.configFile != null) return running.configFile;
  const candidates = configsFor(criSocket);
  for (const file of candidates) if ((await missingCode(hostRoot, file)) === null) return file;
  return candidates[0] ?? '';
};

const namesIn = (hostRoot: string, directory: string): Promise<string[]> =>
  hostPath(hostRoot, directory === '' ? '/' : directory)
    .then(at => readdir(at))
    .catch((): string[] => []);

/**
 * The files that a pattern of `imports` names, sorted, as Go's filepath.Glob: hidden ones too, faults are silent. Null where
 * a directory has names to hold against a part that is no pattern: only then Go refuses it.
 */
const expand = async (hostRoot: string, pattern: string): Promise<string[] | null> => {
  let found = [''];
  let looks = false;
  for (const part of pattern.split('/').slice(1)) {
    looks ||= isGoGlob(part);
    if (!looks) {
      found = found.map(path => `${path}/${part}`);
      continue;
    }
    const matches = goGlob(part);
    const below: string[] = [];
    for (const path of found) {
      const names = await namesIn(hostRoot, path);
      if (matches === null && names.length > 0) return null;
      const matching = names.filter(name => matches?.(name) === true).sort();
      below.push(...matching.slice(0, limits.configImports).map(name => `${path}/${name}`));
    }
    found = below.slice(0, limits.configImports);
  }
  return found;
};

/** Imports are relative to their file; before 1.7, patterns were relative to where containerd runs, which is `/`. */
const importsOf = async (
  hostRoot: string,
  { file, imports }: ConfigFile,
  version: ContainerdVersion,
): Promise<{ paths: string[]; refused: string[] }> => {
  const absolute = (path: string): string => {
    if (path.startsWith('/')) return join(path);
    return join(path.includes('*') && !atLeast(version, 1, 7) ? '/' : dirname(file), path);
  };
  const [paths, refused]: [string[], string[]] = [[], []];
  for (const path of imports.slice(0, limits.configImports).map(absolute)) {
    const expanded = path.includes('*') ? await expand(hostRoot, path) : [path];
    if (expanded === null) refused.push(path);
    else paths.push(...expanded);
  }
  return { paths, refused };
};

/** A file that cannot be read: containerd starts without the main file, never without an imported one. */
const unreadable = (file: string, { code, why }: HostFileError): ConfigProblem => ({
  code: code === 'ETOOBIG' ? 'file-too-large' : 'config-unreadable',
  file,
  line: null,
  effect: code === 'ETOOBIG' ? 'not-read' : 'start-fails',
  detail: why,
});

const ignoredProblems = ({ ignored }: RegistrySettings): ConfigProblem[] =>
  ignored.map(({ file, line, section }) => ({
    code: 'config-section-ignored',
    file,
    line,
    effect: 'ignored',
    detail: section,
  }));

const settingsProblems = (file: string, settings: RegistrySettings): ConfigProblem[] => {
  const problems = ignoredProblems(settings);
  const both = settings.configPath !== '' && Object.keys(settings.mirrors).length > 0;
  const fails = { file, line: null, effect: 'pull-fails' } as const;
  if (both)
    problems.push({ ...fails, code: 'mirrors-and-config-path', detail: 'registry.mirrors, registry.config_path' });
  for (const detail of settings.refused)
    problems.push({ ...fails, code: 'config-invalid', effect: 'start-fails', detail });
  if (settings.criDisabled) problems.push({ ...fails, code: 'cri-disabled', detail: 'disabled_plugins' });
  return problems;
};

/** The files in the order in which containerd loads them. Their tables may hold secrets and are not to be kept. */
const loadFiles = async (
  place: ConfigPlace,
  version: ContainerdVersion,
  signal: AbortSignal,
): Promise<{ main: string; files: ConfigFile[]; problems: ConfigProblem[] }> => {
  const main = await findConfig(place);
  const problems: ConfigProblem[] = [];
  const files: ConfigFile[] = [];
  const pending = [main];
  const seen = new Set<string>();
  while (pending.length > 0 && files.length < limits.configImports) {
    signal.throwIfAborted();
    const file = pending.shift() ?? '';
    if (seen.has(file)) continue;
    seen.add(file);
    const read = await readHostText(place.hostRoot, file, limits.configTomlBytes);
    if (!read.ok) {
      if (file !== main || read.code !== 'ENOENT') problems.push(unreadable(file, read));
      continue;
    }
    const parsed = parseConfigFile(read.text, file, version);
    if (!parsed.ok) {
      const { line, reason } = parsed;
      problems.push({ code: 'config-invalid', file, line, effect: 'start-fails', detail: reason });
      continue;
    }
    files.push(parsed.config);
    const { paths, refused } = await importsOf(place.hostRoot, parsed.config, version);
    pending.push(...paths);
    for (const path of refused)
      problems.push({
        code: 'config-invalid',
        file,
        line: null,
        effect: 'start-fails',
        detail: `imports: ${path} is no pattern`,
      });
  }
  return { main, files, problems };
};

/**
 * Reads containerd's configuration below the host's root, imports and all, in the order in which containerd loads it.
 * No configuration file at all means containerd's defaults. Resolves for every fault of the files.
 */
export const readContainerdConfig = async (
  place: ConfigPlace,
  version: ContainerdVersion,
  signal: AbortSignal,
): Promise<ContainerdConfig> => {
  const { main, files, problems } = await loadFiles(place, version, signal);
  const written = registrySettings(files, version);
  const names = [main, ...files.map(({ file }) => file).filter(file => file !== main)];
  const stale = await reloadProblems(place.hostRoot, place.running ?? unknownConfig, {
    registry: written,
    files: names,
  });
  // What the running process has decides what it does; the files decide after its next start.
  const settings = { ...written, ...place.running?.registry };
  const all = [...problems, ...settingsProblems(main, written), ...stale];
  return {
    file: main,
    settings,
    effective: effectiveConfig(files, version),
    auths: registryAuths(files, version),
    problems: all,
  };
};
