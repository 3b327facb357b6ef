import { parseImageRef } from '../model/image-ref.ts';
import { limits } from '../model/limits.ts';
import type { SecretFacts } from '../model/workload.ts';
import { parseDockerConfig } from '../parse/docker-config.ts';
import { matchingEntries } from '../parse/image-glob.ts';

/** A secret as the API server gives it: its type, and its values in base64. */
export type SecretObject = { type: string; data: Record<string, string> };

/** The two types that the kubelet takes as pull secrets, with the key it reads in each (credentialprovider/secrets). */
const forms = {
  'kubernetes.io/dockerconfigjson': ['.dockerconfigjson', 'config.json'],
  'kubernetes.io/dockercfg': ['.dockercfg', '.dockercfg'],
} as const;

const decode = (base64: string): string | null => {
  try {
    return new TextDecoder().decode(Uint8Array.from(atob(base64), letter => letter.charCodeAt(0)));
  } catch {
    return null;
  }
};

const imageWithoutTag = (image: string): string => {
  const parsed = parseImageRef(image);
  return parsed.ok ? `${parsed.ref.registry}/${parsed.ref.repository}` : '';
};

type Content = Pick<SecretFacts, 'type' | 'readable' | 'registries' | 'entry'>;

/** What a pull secret holds for an image, as the kubelet reads it. Of the content only registries' names come out. */
export const readPullSecret = ({ type, data }: SecretObject, image: string): Content => {
  const form = Object.hasOwn(forms, type) ? forms[type as keyof typeof forms] : null;
  if (form === null) return { type, readable: 'no', registries: [], entry: 'no' };
  const [key, shape] = form;
  const text = decode(data[key] ?? '');
  const entries = text === null || !Object.hasOwn(data, key) ? null : parseDockerConfig(text, shape);
  if (entries === null) return { type, readable: 'no', registries: [], entry: 'no' };
  // A key could be written with a user and password before its host.
  const names = entries.map(entry => entry.key.replace(/^(\w+:\/\/)?[^/]*@/, '$1'));
  return {
    type,
    readable: 'yes',
    registries: names.slice(0, limits.workloadHosts),
    entry: matchingEntries(entries, imageWithoutTag(image)).length > 0 ? 'yes' : 'no',
  };
};

/** True for a type that the kubelet takes as a pull secret. */
export const isPullSecretType = (type: string): boolean => Object.hasOwn(forms, type);
