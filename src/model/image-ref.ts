/** Image references as containerd and the kubelet normalise them (distribution/reference grammar). */
export type ImageRef = {
  /** Registry host with port, after normalising: `docker.io` for Docker Hub and `index.docker.io`. */
  registry: string;
  /** Path below the registry, `library/` added for one-component Docker Hub names. */
  repository: string;
  tag: string | null;
  digest: string | null;
};

/** A parsed reference, or the error in the very words of the reference library. */
export type ImageRefResult = { ok: true; ref: ImageRef } | { ok: false; error: string };

const hubHost = 'docker.io';

/** The host that serves a registry's API, where nothing else is configured. */
export const apiHost = (registry: string): string => (registry === hubHost ? 'registry-1.docker.io' : registry);

const domainPattern =
  /^(?:(?:[a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9-]*[a-zA-Z0-9])(?:\.(?:[a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9-]*[a-zA-Z0-9]))*|\[[a-fA-F0-9:]+\])(?::[0-9]+)?$/;
const componentPattern = /^[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*$/;
const tagPattern = /^\w[\w.-]{0,127}$/;
const digestPattern = /^[A-Za-z][A-Za-z0-9]*(?:[-_+.][A-Za-z][A-Za-z0-9]*)*:[0-9a-fA-F]{32,}$/;
const identifierPattern = /^[a-f0-9]{64}$/;

/** The first component is a host if it looks like one; otherwise the name belongs to Docker Hub. */
const splitDomain = (name: string): { registry: string; path: string } => {
  const slash = name.indexOf('/');
  const first = slash < 0 ? '' : name.slice(0, slash);
  const isHost = slash >= 0 && (/[.:]/.test(first) || first === 'localhost' || first.toLowerCase() !== first);
  let registry = isHost ? first : hubHost;
  let path = isHost ? name.slice(slash + 1) : name;
  if (registry === 'index.docker.io') registry = hubHost;
  if (registry === hubHost && !path.includes('/')) path = `library/${path}`;
  return { registry, path };
};

const invalid = (error: string): ImageRefResult => ({ ok: false, error });
const badFormat = 'invalid reference format';

/** Splits `name[:tag][@digest]`; the tag colon is the last one after the last slash. */
const splitSuffixes = (text: string): { name: string; tag: string | null; digest: string | null } => {
  const at = text.indexOf('@');
  const digest = at < 0 ? null : text.slice(at + 1);
  const rest = at < 0 ? text : text.slice(0, at);
  const colon = rest.lastIndexOf(':');
  const hasTag = colon > rest.lastIndexOf('/');
  return { name: hasTag ? rest.slice(0, colon) : rest, tag: hasTag ? rest.slice(colon + 1) : null, digest };
};

/** Length of the hexadecimal part of each digest algorithm that go-digest takes. */
const digestLengths: Readonly<Record<string, number>> = { sha256: 64, sha384: 96, sha512: 128 };

/** What go-digest says of a digest whose form the grammar allows; null where it is fine. */
const digestError = (digest: string): string | null => {
  const colon = digest.indexOf(':');
  const length = digestLengths[digest.slice(0, colon)];
  const hex = digest.slice(colon + 1);
  if (length === undefined) return 'unsupported digest algorithm';
  if (hex.length !== length) return 'invalid checksum digest length';
  return /^[a-f0-9]+$/.test(hex) ? null : 'invalid checksum digest format';
};

/** Parses and normalises a reference; a missing tag stays null unless neither tag nor digest is there (then `latest`). */
export const parseImageRef = (text: string): ImageRefResult => {
  if (identifierPattern.test(text))
    return invalid(`invalid repository name (${text}), cannot specify 64-byte hexadecimal strings`);
  if (text === '') return invalid(badFormat);
  const { name, tag, digest } = splitSuffixes(text);
  const { registry, path } = splitDomain(name);
  // The library takes all up to the first colon for the name, a digest's algorithm too.
  const told = digest === null || tag !== null ? path : `${path}@${digest.split(':')[0] ?? ''}`;
  if (told.toLowerCase() !== told) return invalid(`${badFormat}: repository name (${told}) must be lowercase`);
  if (!domainPattern.test(registry) || !path.split('/').every(part => componentPattern.test(part)))
    return invalid(badFormat);
  if (tag !== null && !tagPattern.test(tag)) return invalid(badFormat);
  if (digest !== null && !digestPattern.test(digest)) return invalid(badFormat);
  const wrong = digest === null ? null : digestError(digest);
  if (path.length > 255) return invalid('repository name must not be more than 255 characters');
  if (wrong !== null) return invalid(wrong);
  return { ok: true, ref: { registry, repository: path, tag: tag ?? (digest === null ? 'latest' : null), digest } };
};

/** Prints a reference in full: two spellings of one image print alike. Beside a digest the tag is left out, as containerd does. */
export const printImageRef = (ref: ImageRef): string => {
  const suffix = ref.digest === null ? `:${ref.tag ?? 'latest'}` : `@${ref.digest}`;
  return `${ref.registry}/${ref.repository}${suffix}`;
};

/** The full form of a reference, or the text itself where it does not parse. */
export const normalImage = (text: string): string => {
  const parsed = parseImageRef(text);
  return parsed.ok ? printImageRef(parsed.ref) : text;
};
