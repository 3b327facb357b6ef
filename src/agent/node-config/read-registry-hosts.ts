import { join } from 'node:path';
import { codeWords } from '../../lib/system-words.ts';
import { limits } from '../../model/limits.ts';
import type { ConfigProblem, RegistryHosts } from '../../model/registry-hosts.ts';
import { completeHosts, dockerLayout, noEntry, registryDirectories } from '../../parse/certs-d.ts';
import { certsRoots } from '../../parse/containerd-config.ts';
import type { RegistrySettings } from '../../parse/containerd-config.ts';
import { parseContainerdVersion } from '../../parse/containerd-version.ts';
import type { ContainerdVersion } from '../../parse/containerd-version.ts';
import { parseHostsToml } from '../../parse/hosts-toml.ts';
import type { HostEntry, HostsFile } from '../../parse/hosts-toml.ts';
import { legacyHosts } from '../../parse/legacy-mirrors.ts';
import { onlyAskable } from './askable.ts';
import { certificateProblems } from './host-problems.ts';
import { listHostFiles, missingCode, readHostText } from './host-file.ts';
import { readCrioHosts, type AskedImage } from './read-crio-hosts.ts';
import { readContainerdConfig, type ContainerdConfig } from './read-containerd-config.ts';
import type { RunningConfig } from './running-config.ts';
import { isCrio } from './processes.ts';

export type ReadRegistryHostsOptions = {
  /** Where the node's root is mounted. */
  hostRoot: string;
  /** As the runtime tells it by CRI, such as `v2.1.9`. */
  runtimeVersion: string;
  /** The CRI socket in use, which tells k3s and MicroK8s from a containerd beside them. */
  criSocket?: string;
  /** What the runtime runs with, where it was asked. */
  running?: RunningConfig;
  /** containerd's configuration as it was read before; without it, it is read anew. */
  config?: ContainerdConfig | null;
  /** The image, where one is meant: CRI-O's rules are for images, not for registries. */
  image?: AskedImage | null;
  signal: AbortSignal;
};

/** What one source of hosts gives. */
type Found = { directory: string | null; file: string; entries: readonly HostEntry[]; problems: ConfigProblem[] };

type Look = { hostRoot: string; registry: string; version: ContainerdVersion };

const nothing: Found = { directory: null, file: 'default', entries: [noEntry], problems: [] };

/** The registry's directory below the roots, or what keeps containerd from looking for it. */
const findDirectory = async (
  { hostRoot, registry }: Look,
  roots: readonly string[],
): Promise<{ directory: string } | { problem: ConfigProblem } | null> => {
  for (const root of roots)
    for (const name of registryDirectories(registry)) {
      const directory = join(root, name);
      const code = await missingCode(hostRoot, directory);
      if (code === null) return { directory };
      if (code === 'ENOENT') continue;
      return {
        problem: {
          code: 'registry-directory-unreadable',
          file: directory,
          line: null,
          effect: 'pull-fails',
          detail: codeWords(code),
        },
      };
    }
  return null;
};

/** Docker's layout in the same directory, for where hosts.toml says nothing. */
const fromFiles = async (look: Look, directory: string, problems: ConfigProblem[]): Promise<Found> => {
  const list = await listHostFiles(look.hostRoot, directory);
  const entry = dockerLayout(directory, list.ok ? list.names : []);
  if (!list.ok)
    problems.push({
      code: 'registry-directory-unreadable',
      file: directory,
      line: null,
      effect: 'pull-fails',
      detail: list.why,
    });
  return { directory, file: directory, entries: [entry], problems };
};

const fileProblems = (file: string, { skipped }: Extract<HostsFile, { ok: true }>): ConfigProblem[] =>
  skipped.map(({ name, line }) => ({
    ...{ code: 'host-entry-ignored', file, line, effect: 'ignored' },
    detail: name.replace(/\/\/[^/]*@/, '//'),
  }));

const fromDirectory = async (look: Look, directory: string): Promise<Found> => {
  const file = join(directory, 'hosts.toml');
  const read = await readHostText(look.hostRoot, file, limits.hostsTomlBytes);
  const at = { file, line: null };
  if (!read.ok && read.code === 'ENOENT') return fromFiles(look, directory, []);
  if (!read.ok && read.code === 'EILSEQ')
    return fromFiles(look, directory, [
      { ...at, code: 'hosts-config-invalid', effect: 'ignored', detail: 'not UTF-8' },
    ]);
  if (!read.ok) {
    const large = read.code === 'ETOOBIG';
    const problem: ConfigProblem = {
      ...at,
      code: large ? 'file-too-large' : 'hosts-config-unreadable',
      effect: large ? 'not-read' : 'pull-fails',
      detail: read.why,
    };
    return { directory, file, entries: [], problems: [problem] };
  }
  if (read.text === '') return fromFiles(look, directory, []);
  const parsed = parseHostsToml(read.text, directory, look.version);
  if (parsed.ok) return { directory, file, entries: parsed.hosts, problems: fileProblems(file, parsed) };
  const { line, reason } = parsed;
  return fromFiles(look, directory, [{ code: 'hosts-config-invalid', file, line, effect: 'ignored', detail: reason }]);
};

/**
 * A list in config_path that is taken as one directory does harm only where one of its parts has something for this
 * registry; the default is such a list, and most nodes have nothing there.
 */
const ignoredList = async (look: Look, list: string, file: string): Promise<ConfigProblem[]> => {
  const found = await findDirectory(look, list.split(':'));
  if (found === null) return [];
  return [{ code: 'config-path-list-ignored', file, line: null, effect: 'ignored', detail: list }];
};

const fromRoots = async (look: Look, settings: RegistrySettings, file: string): Promise<Found> => {
  const { roots, whole } = certsRoots(settings, look.version);
  const list = whole ? await ignoredList(look, roots.join(''), file) : [];
  const found = await findDirectory(look, roots);
  if (found === null) return { ...nothing, problems: list };
  if ('problem' in found) return { ...nothing, entries: [], problems: [...list, found.problem] };
  const inside = await fromDirectory(look, found.directory);
  return { ...inside, problems: [...list, ...inside.problems] };
};

/** certs.d where everybody's instructions have it: without config_path nobody reads it, though all in it may be right. */
const unreadDirectory = async (look: Look, file: string): Promise<ConfigProblem[]> => {
  const found = await findDirectory(look, ['/etc/containerd/certs.d']);
  if (found === null || 'problem' in found) return [];
  return [
    {
      code: 'config-path-unset',
      file,
      line: null,
      effect: 'ignored',
      detail: `config_path is not set, ${found.directory} is not read`,
    },
  ];
};

const fromMirrors = (look: Look, settings: RegistrySettings, file: string): Found => {
  const entries = legacyHosts(look.registry, settings);
  const problems: ConfigProblem[] = [
    {
      code: 'host-url-unusable',
      file,
      line: null,
      effect: 'pull-fails',
      detail: 'an endpoint of registry.mirrors is no URL',
    },
  ];
  return { directory: null, file, entries: entries ?? [], problems: entries === null ? problems : [] };
};

/**
 * Which hosts the runtime asks for a registry (`docker.io`, `reg.example:5000`), in its order, from the files below the
 * host's root as they are now. Resolves for every fault of the files: each is a problem with a code.
 */
export const readRegistryHosts = async (
  registry: string,
  options: ReadRegistryHostsOptions,
): Promise<RegistryHosts> => {
  const { hostRoot, signal } = options;
  if (isCrio(options.criSocket))
    return onlyAskable(await readCrioHosts(registry, { hostRoot, image: options.image ?? null, signal }));
  const version = parseContainerdVersion(options.runtimeVersion);
  const look: Look = { hostRoot, registry, version };
  const config = options.config ?? (await readContainerdConfig(options, version, signal));
  const { file, settings } = config;
  const problems = [...config.problems];
  // What a file too large to be read here says is not known: no host is better than a wrong one.
  if (problems.some(({ effect }) => effect === 'not-read')) return { registry, directory: null, hosts: [], problems };
  const found =
    certsRoots(settings, version).roots.length > 0
      ? await fromRoots(look, settings, file)
      : fromMirrors(look, settings, file);
  if (certsRoots(settings, version).roots.length === 0) problems.push(...(await unreadDirectory(look, file)));
  const hosts = completeHosts({ registry, entries: found.entries, file: found.file, version });
  const certificates = await certificateProblems(hostRoot, hosts, signal);
  const resolving = hosts.length === 0 || hosts.some(host => host.capabilities.resolve && host.capabilities.pull);
  const none: ConfigProblem[] = resolving
    ? []
    : [{ code: 'no-host-resolves', file: found.file, line: null, effect: 'pull-fails', detail: 'capabilities' }];
  const all = [...problems, ...found.problems, ...certificates, ...none];
  return onlyAskable({ registry, directory: found.directory, hosts, problems: all });
};
