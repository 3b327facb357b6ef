import { parseImageRef } from '../../model/image-ref.ts';
import type { CriClient } from '../cri/client.ts';
import { configuredRegistries, type RegistryPlace } from '../node-config/configured-registries.ts';

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

/** Every registry that this node knows: those that are configured by name, and those of the images it has. Sorted. */
export const knownRegistries = async (
  place: RegistryPlace,
  client: CriClient,
  signal: AbortSignal,
): Promise<string[]> => {
  const [configured, present] = await Promise.all([configuredRegistries(place, signal), ofImages(client, signal)]);
  return [...new Set([...configured, ...present])].filter(name => name !== '_default').sort();
};
