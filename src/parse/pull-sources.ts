import { parseImageRef } from '../model/image-ref.ts';
import type { Endpoint, RegistriesConf, RegistryEntry } from './registries-conf.ts';

/** An image as CRI-O asks for it: a name without tag and digest, and what follows it. */
export type PullName = {
  /** `reg.test/lib/app`; of a registry as a whole, its host alone. */
  name: string;
  by: 'tag' | 'digest' | 'any';
};

/** One place where CRI-O asks for an image. */
export type PullSource = {
  /** As the certificates' directory is named: `docker.io` for Docker Hub. */
  host: string;
  repository: string;
  role: 'mirror' | 'upstream';
  insecure: boolean;
  blocked: boolean;
  by: 'tag' | 'digest' | 'any';
  file: string | null;
  line: number | null;
};

/** All files as one, in their order: a later entry takes the place of an earlier one with its prefix. */
export const mergeRegistriesConf = (files: readonly RegistriesConf[]): RegistriesConf => {
  const registries = new Map<string, RegistryEntry>();
  for (const file of files) {
    // Within one file, the first of equal prefixes counts.
    const own = new Map<string, RegistryEntry>();
    for (const entry of file.registries) if (!own.has(entry.prefix)) own.set(entry.prefix, entry);
    for (const [prefix, entry] of own) registries.set(prefix, entry);
  }
  const lastOf = <Value>(values: readonly (Value | null)[]): Value | null =>
    values.findLast(one => one !== null) ?? null;
  return {
    registries: [...registries.values()],
    search: lastOf(files.map(({ search }) => search)),
    aliases: Object.fromEntries(files.flatMap(({ aliases }) => Object.entries(aliases))),
    shortNameMode: lastOf(files.map(({ shortNameMode }) => shortNameMode)),
  };
};

/** How much of a name a prefix matches, -1 for none: up to a `/`, `:` or `@`, as sysregistriesv2 has it. */
const matched = (name: string, prefix: string): number => {
  const ends = (at: number): boolean => at === name.length || ':/@'.includes(name[at] ?? '');
  if (!prefix.startsWith('*.')) return name.startsWith(prefix) && ends(prefix.length) ? prefix.length : -1;
  const suffix = prefix.slice(1);
  const at = name.indexOf(suffix);
  return at === -1 || name.slice(0, at).includes('/') || !ends(at + suffix.length) ? -1 : at + suffix.length;
};

/** The entry with the longest prefix; the first in the alphabet among equals. */
const entryFor = (name: string, { registries }: RegistriesConf): RegistryEntry | null => {
  const sorted = [...registries].sort((one, other) => (one.prefix < other.prefix ? -1 : 1));
  return sorted.reduce<RegistryEntry | null>(
    (best, entry) =>
      matched(name, entry.prefix) !== -1 && entry.prefix.length > (best?.prefix.length ?? 0) ? entry : best,
    null,
  );
};

/** Whether a rewritten name is one in full, as the library wants it. */
const isCanonical = (name: string, wasHost: boolean): boolean => {
  if (wasHost && !name.includes('/')) return parseImageRef(`${name}/x`).ok;
  const parsed = parseImageRef(name);
  return parsed.ok && `${parsed.ref.registry}/${parsed.ref.repository}` === name;
};

const serves = ({ pulls }: Endpoint, by: PullName['by']): boolean =>
  pulls === 'all' || by === 'any' || pulls === `${by}-only`;

/**
 * Where CRI-O asks for an image, in its order: the mirrors that are for this kind of pull, the registry's own location
 * last. Null where a location makes a name that is none: every pull fails then.
 */
export const pullSources = ({ name, by }: PullName, conf: RegistriesConf): PullSource[] | null => {
  const entry = entryFor(name, conf);
  const endpoints = entry === null ? [null] : [...entry.mirrors.filter(mirror => serves(mirror, by)), entry];
  const sources: PullSource[] = [];
  for (const endpoint of endpoints) {
    const rest = entry === null ? '' : name.slice(matched(name, entry.prefix));
    const full = endpoint === null || endpoint.location === '' ? name : `${endpoint.location}${rest}`;
    if (!isCanonical(full, !name.includes('/'))) return null;
    const slash = full.includes('/') ? full.indexOf('/') : full.length;
    const kinds = { all: by, 'digest-only': 'digest', 'tag-only': 'tag' } as const;
    sources.push({
      host: full.slice(0, slash),
      repository: full.slice(slash + 1),
      role: endpoint === entry ? 'upstream' : 'mirror',
      insecure: endpoint?.insecure ?? false,
      // The place itself may be blocked by another entry; a blocked registry's mirrors are asked all the same.
      blocked: entryFor(full, conf)?.blocked ?? false,
      by: kinds[endpoint?.pulls ?? 'all'],
      file: entry?.file ?? null,
      line: endpoint?.line ?? null,
    });
  }
  return sources;
};

/** A name whose first part is no host: `nginx`, `lib/app`. */
export const isShortName = (name: string): boolean => {
  const first = name.slice(0, Math.max(0, name.indexOf('/')));
  return !/[.:]/.test(first) && first !== 'localhost';
};

/** The full names that CRI-O tries for a short one, in its order; none where nothing says which registry is meant. */
export const shortNameCandidates = (name: string, { aliases, search, shortNameMode }: RegistriesConf): string[] => {
  const full = (text: string): string[] => {
    const parsed = parseImageRef(text);
    return parsed.ok ? [`${parsed.ref.registry}/${parsed.ref.repository}`] : [];
  };
  const alias = Object.hasOwn(aliases, name) ? (aliases[name] ?? '') : '';
  if (alias !== '') return full(alias);
  const found = (search ?? []).flatMap(registry => full(`${registry}/${name}`));
  // Without a person to ask, `enforcing` refuses to choose.
  return shortNameMode === 'enforcing' && found.length > 1 ? [] : found;
};
