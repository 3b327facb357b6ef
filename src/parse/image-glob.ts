import { goGlob } from './go-glob.ts';
import { splitHostPort } from './go-url.ts';

/** A key without its scheme and without `/v1/` or `/v2/` before its path, as the kubelet's keyring keeps it. */
export const keyringKey = (written: string): string => {
  const bare = written.replace(/^https?:\/\//, '');
  const slash = bare.indexOf('/');
  const [authority, whole] = slash < 0 ? [bare, ''] : [bare.slice(0, slash), bare.slice(slash)];
  const host = authority.slice(authority.lastIndexOf('@') + 1);
  const path = /^\/v[12]\//.test(whole) ? whole.slice(3) : whole;
  return path === '/' ? host : `${host}${path}`;
};

const partsOf = (text: string): { labels: string[]; port: string; path: string } => {
  const slash = text.indexOf('/');
  const [host, path] = slash < 0 ? [text, ''] : [text.slice(0, slash), text.slice(slash)];
  const { name, port } = splitHostPort(host);
  return { labels: name.split('.'), port, path };
};

/**
 * Whether a key of a keyring is for an image, without its tag (`reg.example:5000/team/app`): the host's labels one by one
 * with `*`, `?`, `[…]`, the same port, the path as the beginning of the image's (kubelet, credentialprovider/keyring.go).
 */
export const keyMatches = (key: string, image: string): boolean => {
  const [glob, target] = [partsOf(key), partsOf(image)];
  return (
    glob.port === target.port &&
    glob.labels.length === target.labels.length &&
    target.path.startsWith(glob.path) &&
    // A bad pattern matches nothing.
    glob.labels.every((label, at) => goGlob(label)?.(target.labels[at] ?? '') === true)
  );
};

/** Entries for an image in the keyring's order: keys in reverse order of their letters; Docker Hub's own key where none matches. */
export const matchingEntries = <Entry extends { key: string }>(entries: readonly Entry[], image: string): Entry[] => {
  const keyed = entries.map(entry => ({ entry, key: keyringKey(entry.key) }));
  const sorted = keyed.toSorted((one, other) => (one.key < other.key ? 1 : one.key > other.key ? -1 : 0));
  const found = sorted.filter(({ key }) => keyMatches(key, image));
  const isHub = image.startsWith('docker.io/') || image === 'docker.io';
  const chosen = found.length === 0 && isHub ? keyed.filter(({ key }) => key === 'index.docker.io') : found;
  return chosen.map(({ entry }) => entry);
};
