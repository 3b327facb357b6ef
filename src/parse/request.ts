import type { Name } from './masked-text.ts';

/** The part a host plays in a pull: the registry itself, a configured mirror, a token service, or where it redirects to. */
export type HostRole = 'registry' | 'mirror' | 'token' | 'redirect';

/** The HTTP request that an error text names. */
export type Request = {
  url: string | null;
  method: string | null;
  host: string | null;
  /** Registry and image as the URL tells them; `ns=` names the registry that a mirror stands in for. */
  registry: string | null;
  image: string | null;
  /** The host's part, once the image's registry is known. */
  roleAt(registry: string | null): HostRole | null;
};

/** Hosts where registries keep blobs: CDNs and object stores (Docker Hub, Quay, ECR, ACR, GCR, GHCR, GitLab). */
const blobHosts =
  /(?:cloudflare\.docker\.com|cloudflarestorage\.com|cloudfront\.net|amazonaws\.com|blob\.core\.windows\.net|data\.azurecr\.io|storage\.googleapis\.com|pkg-containers\.githubusercontent\.com|^cdn\d*\.quay\.io|^cdn[\w-]*\.|aliyuncs\.com|digitaloceanspaces\.com|backblazeb2\.com|myqcloud\.com)(?::\d+)?$/;
const tokenPath = /\/(?:token|auth|jwt\/auth|oauth2\/token|service\/token|v2\/token|openid-connect\/token)(?:[/?]|$)/;
const tokenWords = /fetch (?:anonymous|oauth) token|bearer token|retrieve auth token|fetching token/;
const hostWords =
  /\b(?:pulling from host|pinging (?:container|docker) registry|pinging|connecting to|ping attempt failed for) ([\w.-]{1,253}(?::\d{1,5})?)/i;
const hostHint = /ping|from host|connecting/;
/** Docker says so when the manifest came and a blob, which is mostly behind a redirect, did not. */
const blobWords = /error pulling image configuration|download failed after attempts/;

/** Docker Hub answers under several names. */
export const registryName = (host: string): string =>
  host === 'registry-1.docker.io' || host === 'index.docker.io' ? 'docker.io' : host;

type Url = { host: string; path: string; query: string };

const splitUrl = (url: string): Url => {
  const [, host = '', path = '', query = ''] = /^\w+:\/\/([^/?#]*)([^?#]*)\??(.*)$/.exec(url.slice(0, 2048)) ?? [];
  return { host: host.slice(host.lastIndexOf('@') + 1).toLowerCase(), path, query };
};

/** `/v2/NAME/manifests/TAG` and `/v2/NAME/blobs/DIGEST`. */
const imageOfUrl = (registry: string, path: string): string | null => {
  const start = path.indexOf('/v2/');
  const manifest = path.lastIndexOf('/manifests/');
  const end = manifest < 0 ? path.lastIndexOf('/blobs/') : manifest;
  if (start < 0 || end <= start + 4) return null;
  const last = manifest < 0 ? '' : path.slice(manifest + '/manifests/'.length);
  const suffix = last === '' ? '' : `${last.includes(':') ? '@' : ':'}${last}`;
  return `${registry}/${path.slice(start + 4, end)}${suffix}`;
};

const role = (url: Url | null, words: string, registry: string | null): HostRole | null => {
  if (url === null) return blobWords.test(words) ? 'redirect' : null;
  if (/(?:^|&)ns=/.test(url.query)) return 'mirror';
  if (tokenPath.test(url.path) || tokenWords.test(words)) return 'token';
  const own = registryName(url.host);
  if (registry !== null && (own === registry || own === registryName(registry))) return 'registry';
  if (blobHosts.test(url.host) && !/^\/v2\/.*\/manifests\//.test(url.path) && !/\.dkr\.ecr\./.test(url.host))
    return 'redirect';
  // A host that is not the image's and was not configured (`ns=`) was reached by a redirect.
  // The ping goes to the registry itself: CRI-O looks a short name up in other registries than Docker Hub.
  return registry === null || /^\/v[12]\/(?:_ping)?$/.test(url.path) ? 'registry' : 'redirect';
};

/** Finds the failed request in an error text: Go's `Get "URL"`, or `GET request to URL`, or the host that the words name. */
export const readRequest = (names: Name[], words: string, plain: string): Request => {
  const name =
    names.findLast(
      candidate => candidate.kind === 'url' && /^(?:get|head|post|put|to|code|at|from|url)$/.test(candidate.before),
    ) ?? names.findLast(candidate => candidate.kind === 'url' && /\/v[12]\//.test(candidate.value));
  const url = name ? splitUrl(name.value) : null;
  const method = name
    ? /^(?:get|head|post|put)$/.test(name.before)
      ? name.before
      : /\b(get|head|post|put) request to ‹url›/.exec(words)?.[1]
    : undefined;
  const ns = url ? /(?:^|&)ns=([\w.:-]+)/.exec(url.query)?.[1] : undefined;
  const named = url === null && hostHint.test(words) ? (hostWords.exec(plain)?.[1] ?? null) : null;
  const isToken = url !== null && (tokenPath.test(url.path) || tokenWords.test(words));
  const registry = ns ?? (url === null || isToken || blobHosts.test(url.host) ? null : registryName(url.host));
  return {
    url: name?.value ?? null,
    method: method?.toUpperCase() ?? null,
    host: url?.host ?? named,
    registry: registry ?? (named === null ? null : registryName(named)),
    image: url !== null && registry !== null ? imageOfUrl(registry, url.path) : null,
    roleAt: imageRegistry => role(url, words, imageRegistry),
  };
};
