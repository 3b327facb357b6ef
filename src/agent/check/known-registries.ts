import { readdir } from 'node:fs/promises';
import { parseImageRef } from '../../model/image-ref.ts';
import { certsRoots } from '../../parse/containerd-config.ts';
import { parseContainerdVersion } from '../../parse/containerd-version.ts';
import type { CriClient } from '../cri/client.ts';
import { hostPath } from '../node-config/host-file.ts';
import { readContainerdConfig } from '../node-config/read-containerd-config.ts';

type Place = { hostRoot: string; criSocket: string; runtimeVersion: string };

/** A directory of certs.d as the registry that it is for: `reg.example_5000_` is `reg.example:5000`; `_default` is none. */
export const registryOfDirectory = (name: string): string | null => {
  const registry = name.replace(/^(.+)_(\d{1,5})_$/, '$1:$2');
  return /^[\w.[\]:-]+$/.test(registry) && /^[^_.]/.test(registry) ? registry : null;
};

const inCertsD = async ({ hostRoot, criSocket, runtimeVersion }: Place, signal: AbortSignal): Promise<string[]> => {
  const version = parseContainerdVersion(runtimeVersion);
  const { settings } = await readContainerdConfig({ hostRoot, criSocket }, version, signal);
  const found: string[] = [];
  for (const root of certsRoots(settings, version).roots) {
    const entries = await hostPath(hostRoot, root)
      .then(at => readdir(at, { withFileTypes: true }))
      .catch(() => []);
    for (const entry of entries)
      if (entry.isDirectory() || entry.isSymbolicLink()) found.push(registryOfDirectory(entry.name) ?? '');
  }
  return found.filter(name => name !== '');
};

const ofImages = async (client: CriClient, signal: AbortSignal): Promise<string[]> => {
  const listed = await client.listImages(signal);
  if (!listed.ok) return [];
  return listed.value
    .flatMap(image => [...image.repoTags, ...image.repoDigests])
    .flatMap(name => {
      const parsed = parseImageRef(name);
      return parsed.ok ? [parsed.ref.registry] : [];
    });
};

/** Every registry that this node knows: those with a directory in certs.d, and those of the images it has. Sorted. */
export const knownRegistries = async (place: Place, client: CriClient, signal: AbortSignal): Promise<string[]> => {
  const [configured, present] = await Promise.all([inCertsD(place, signal), ofImages(client, signal)]);
  return [...new Set([...configured, ...present])].sort();
};
