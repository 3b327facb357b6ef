import { readdir } from 'node:fs/promises';
import { limits } from '../../model/limits.ts';
import { certsRoots } from '../../parse/containerd-config.ts';
import { parseContainerdVersion } from '../../parse/containerd-version.ts';
import { hostPath } from './host-file.ts';
import { readContainerdConfig } from './read-containerd-config.ts';

export type RegistryPlace = { hostRoot: string; criSocket: string; runtimeVersion: string };

/** A directory of certs.d as the registry that it is for: `reg.example_5000_` is `reg.example:5000`; null for none. */
export const registryOfDirectory = (name: string): string | null => {
  const registry = name.replace(/^(.+)_(\d{1,5})_$/, '$1:$2');
  return registry === '_default' || (/^[\w.[\]:-]+$/.test(registry) && /^[^_.]/.test(registry)) ? registry : null;
};

/** Every registry that has a directory in certs.d, `_default` among them, sorted. */
export const configuredRegistries = async (
  { hostRoot, criSocket, runtimeVersion }: RegistryPlace,
  signal: AbortSignal,
): Promise<string[]> => {
  const version = parseContainerdVersion(runtimeVersion);
  const { settings } = await readContainerdConfig({ hostRoot, criSocket }, version, signal);
  const found = new Set<string>();
  for (const root of certsRoots(settings, version).roots) {
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
