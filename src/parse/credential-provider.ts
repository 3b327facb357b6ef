import { readDockerAuths, type DockerAuth } from './docker-config.ts';
import { parseGoDuration } from './go-duration.ts';
import { keyMatches } from './image-glob.ts';

/** A credential provider plugin of the kubelet (CredentialProviderConfig, kubelet.config.k8s.io). */
export type ProviderPlugin = {
  /** Its file's name below the kubelet's directory of plugins. */
  name: string;
  apiVersion: string;
  matchImages: string[];
  defaultCacheMs: number;
  args: string[];
  env: { name: string; value: string }[];
};

/** What a plugin answers. Secrets: for the walk's requests alone. */
export type ProviderAnswer = {
  cacheKeyType: 'Image' | 'Registry' | 'Global';
  /** Null where the plugin leaves it to its configuration. */
  cacheMs: number | null;
  auths: DockerAuth[];
};

type Fields = Record<string, unknown>;
const isRecord = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const strings = (value: unknown): string[] | null => {
  if (value === undefined || value === null) return [];
  return Array.isArray(value) && value.every(item => typeof item === 'string') ? value : null;
};

const versions = /^credentialprovider\.kubelet\.k8s\.io\/v1(?:alpha1|beta1)?$/;

const readPlugin = (value: unknown): ProviderPlugin | null => {
  if (!isRecord(value)) return null;
  const { name, apiVersion, defaultCacheDuration, tokenAttributes } = value;
  const [matchImages, args] = [strings(value['matchImages']), strings(value['args'])];
  const cacheMs = typeof defaultCacheDuration === 'string' ? parseGoDuration(defaultCacheDuration) : null;
  if (typeof name !== 'string' || name === '' || /[/\0]|^\.{1,2}$/.test(name)) return null;
  if (typeof apiVersion !== 'string' || !versions.test(apiVersion) || cacheMs === null || cacheMs < 0) return null;
  // It asks for the token of a pod's service account, and a walk is no pod's.
  if (tokenAttributes !== undefined && tokenAttributes !== null) return null;
  if (matchImages === null || args === null) return null;
  const env = (Array.isArray(value['env']) ? (value['env'] as unknown[]) : []).flatMap(item =>
    isRecord(item) && typeof item['name'] === 'string' && typeof item['value'] === 'string'
      ? [{ name: item['name'], value: item['value'] }]
      : [],
  );
  return { name, apiVersion, matchImages, defaultCacheMs: cacheMs, args, env };
};

/** The plugins of a CredentialProviderConfig, as its YAML or JSON was read; those that a walk cannot use are left out. Null where it is none. */
export const readProviderConfig = (config: unknown): ProviderPlugin[] | null => {
  if (!isRecord(config) || config['kind'] !== 'CredentialProviderConfig') return null;
  const { apiVersion, providers } = config;
  if (typeof apiVersion !== 'string' || !/^kubelet\.config\.k8s\.io\/v1(?:alpha1|beta1)?$/.test(apiVersion))
    return null;
  return Array.isArray(providers) ? providers.flatMap(plugin => readPlugin(plugin) ?? []) : null;
};

/** Whether a plugin is asked for an image, without its tag. */
export const pluginIsFor = ({ matchImages }: ProviderPlugin, image: string): boolean =>
  matchImages.some(glob => keyMatches(glob, image));

/** What is written to a plugin's standard input. */
export const providerRequest = ({ apiVersion }: ProviderPlugin, image: string): string =>
  JSON.stringify({ kind: 'CredentialProviderRequest', apiVersion, image });

/** Reads what a plugin printed; null where the kubelet would not take it. */
export const parseProviderAnswer = (text: string, { apiVersion }: ProviderPlugin): ProviderAnswer | null => {
  let answer: unknown;
  try {
    answer = JSON.parse(text);
  } catch {
    return null;
  }
  if (!isRecord(answer) || answer['kind'] !== 'CredentialProviderResponse' || answer['apiVersion'] !== apiVersion)
    return null;
  const { cacheKeyType, cacheDuration } = answer;
  if (cacheKeyType !== 'Image' && cacheKeyType !== 'Registry' && cacheKeyType !== 'Global') return null;
  const cacheMs = typeof cacheDuration === 'string' ? parseGoDuration(cacheDuration) : null;
  const auths = readDockerAuths(answer['auth']);
  return auths === null ? null : { cacheKeyType, cacheMs, auths };
};
