import { readdir } from 'node:fs/promises';
import { limits } from '../../model/limits.ts';
import { certsRoots } from '../../parse/containerd-config.ts';
import { parseContainerdVersion } from '../../parse/containerd-version.ts';
import { hostPath } from './host-file.ts';
import { readContainerdConfig, type ContainerdConfig } from './read-containerd-config.ts';
import { certificatePlaces, readRegistriesConf } from './read-registries-conf.ts';
import { isCrio } from './processes.ts';

/** A node's runtime, as its configuration is found by. */
export type RegistryPlace = {
  hostRoot: string;
  criSocket: string;
  runtimeVersion: string;
  /** containerd's configuration as it was read before; without it, it is read anew. */
  config?: ContainerdConfig | null;
};

/** A directory of certs.d as the registry that it is for: `reg.example_5000_` is `reg.example:5000`; null for none. */
export const registryOfDirectory = (name: string): string | null => {
  const registry = name.replace(/^(.+)_(\d{1,5})_$/, '$1:$2');
  return registry === '_default' || (/^[\w.[\]:-]+$/.test(registry) && /^[^_.]/.test(registry)) ? registry : null;
};

type Named = { roots: readonly string[]; registries: readonly string[] };

/** CRI-O's directories of certificates, and the hosts that registries.conf has an entry for. */
const ofCrio = async (hostRoot: string, signal: AbortSignal): Promise<Named> => {
  const { conf } = await readRegistriesConf(hostRoot, signal);
  const hosts = conf.registries.map(({ prefix }) => prefix.split('/')[0] ?? '');
  return { roots: certificatePlaces, registries: hosts.filter(host => !host.startsWith('*')) };
};

const ofContainerd = async (place: RegistryPlace, signal: AbortSignal): Promise<Named> => {
  const version = parseContainerdVersion(place.runtimeVersion);
  const { settings } = place.config ?? (await readContainerdConfig(place, version, signal));
  return { roots: certsRoots(settings, version).roots, registries: [] };
};

/** Every registry that has a directory in certs.d or an entry of its own, `_default` among them, sorted. */
export const configuredRegistries = async (place: RegistryPlace, signal: AbortSignal): Promise<string[]> => {
  const { hostRoot, criSocket } = place;
  const { roots, registries } = isCrio(criSocket) ? await ofCrio(hostRoot, signal) : await ofContainerd(place, signal);
  const found = new Set<string>(registries);
  for (const root of roots) {
    const entries = await hostPath(hostRoot, root)
      .then(at => readdir(at, { withFileTypes: true }))
      .catch(() => []);
    for (const entry of entries.slice(0, limits.directoryEntries)) {
      const registry = entry.isDirectory() || entry.isSymbolicLink() ? registryOfDirectory(entry.name) : null;
      if (registry !== null) found.add(registry);
    }
  }
  return [...found].sort();
};
