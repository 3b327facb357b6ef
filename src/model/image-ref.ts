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

/** Parses and normalises a reference; a missing tag stays null unless neither tag nor digest is there (then `latest`). */
export const parseImageRef = (text: string): ImageRefResult => {
  if (identifierPattern.test(text))
    return invalid(`invalid repository name (${text}), cannot specify 64-byte hexadecimal strings`);
  if (text === '') return invalid(badFormat);
  const { name, tag, digest } = splitSuffixes(text);
  const { registry, path } = splitDomain(name);
  if (path.toLowerCase() !== path) return invalid(`${badFormat}: repository name (${path}) must be lowercase`);
  if (!domainPattern.test(registry) || !path.split('/').every(part => componentPattern.test(part)))
    return invalid(badFormat);
  if (tag !== null && !tagPattern.test(tag)) return invalid(badFormat);
  if (digest !== null && !digestPattern.test(digest)) return invalid(badFormat);
  if (registry.length + 1 + path.length > 255) return invalid('repository name must not be more than 255 characters');
  return { ok: true, ref: { registry, repository: path, tag: tag ?? (digest === null ? 'latest' : null), digest } };
};

/** Prints a reference in full, registry and tag included: two spellings of one image print alike. */
export const printImageRef = (ref: ImageRef): string => {
  const tag = ref.tag === null ? '' : `:${ref.tag}`;
  const digest = ref.digest === null ? '' : `@${ref.digest}`;
  return `${ref.registry}/${ref.repository}${tag}${digest}`;
};

/** The full form of a reference, or the text itself where it does not parse. */
export const normalImage = (text: string): string => {
  const parsed = parseImageRef(text);
  return parsed.ok ? printImageRef(parsed.ref) : text;
};
