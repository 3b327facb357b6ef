/** One entry of a Docker configuration: the key as it is written, and whom it names. A secret: never to be shown. */
export type DockerAuth = { key: string; username: string; password: string };

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** `user:password` in base64, padded or not, as UTF-8; null where it is none. */
export const decodeUserPassword = (field: string): { username: string; password: string } | null => {
  if (!/^[A-Za-z0-9+/\r\n]*={0,2}$/.test(field)) return null;
  let bytes: string;
  try {
    bytes = atob(field);
  } catch {
    return null;
  }
  const text = new TextDecoder().decode(Uint8Array.from(bytes, letter => letter.charCodeAt(0)));
  const colon = text.indexOf(':');
  return colon < 0 ? null : { username: text.slice(0, colon), password: text.slice(colon + 1) };
};

/** The kubelet's entry: `auth` counts before `username` and `password`, all else (helpers, tokens) is left out. */
const readEntry = (key: string, value: unknown): DockerAuth | null => {
  if (value === null) return { key, username: '', password: '' };
  if (!isRecord(value)) return null;
  const { username = '', password = '', auth = '' } = value;
  if (typeof username !== 'string' || typeof password !== 'string' || typeof auth !== 'string') return null;
  if (auth === '') return { key, username, password };
  const decoded = decodeUserPassword(auth);
  return decoded === null ? null : { key, ...decoded };
};

/** The entries of an `auths` table as the kubelet takes them (pkg/credentialprovider/config.go); null where one is bad. */
export const readDockerAuths = (auths: unknown): DockerAuth[] | null => {
  if (auths === undefined || auths === null) return [];
  if (!isRecord(auths)) return null;
  const entries = Object.entries(auths).map(([key, value]) => readEntry(key, value));
  return entries.includes(null) ? null : entries.filter(entry => entry !== null);
};

/** Reads `config.json`, or the older `.dockercfg`, whose whole content is the table; null where the kubelet passes it over. */
export const parseDockerConfig = (text: string, form: 'config.json' | '.dockercfg'): DockerAuth[] | null => {
  try {
    const json: unknown = JSON.parse(text);
    if (!isRecord(json)) return null;
    return readDockerAuths(form === '.dockercfg' ? json : json['auths']);
  } catch {
    return null;
  }
};
