import { imagesSection } from './containerd-config.ts';
import type { ConfigFile } from './containerd-config.ts';
import type { ContainerdVersion } from './containerd-version.ts';
import { decodeUserPassword } from './docker-config.ts';
import { parseGoUrl } from './go-url.ts';
import { isTable, tableAt } from './toml.ts';
import type { TomlTable } from './toml.ts';

/** What containerd sends to one host: an identity token where the name is empty. A secret: never to be shown. */
export type RegistryAuth = { host: string; username: string; secret: string };

const text = (table: TomlTable, key: string): string => {
  const value = table[key];
  return typeof value === 'string' ? value : '';
};

/** containerd's choice among the fields (internal/cri/server/images, ParseAuth); null where nothing would be sent. */
const readAuth = (host: string, auth: TomlTable): RegistryAuth | null => {
  const [username, token, encoded] = [text(auth, 'username'), text(auth, 'identitytoken'), text(auth, 'auth')];
  if (username !== '') return { host, username, secret: text(auth, 'password') };
  if (token !== '') return { host, username: '', secret: token };
  const decoded = encoded === '' ? null : decodeUserPassword(encoded);
  if (decoded === null) return null;
  return { host, username: decoded.username, secret: decoded.password.replace(/^\0+|\0+$/g, '') };
};

/**
 * The credentials of containerd's own configuration by the host that they are sent to: `registry.configs.HOST.auth`, and the
 * older `registry.auths."URL"`, which counts before it. They are used where the CRI request brings none.
 */
export const registryAuths = (files: readonly ConfigFile[], version: ContainerdVersion): RegistryAuth[] => {
  const registry = tableAt(imagesSection(files, version), ['registry']) ?? {};
  const found = new Map<string, RegistryAuth>();
  const take = (host: string, auth: unknown): void => {
    const read = host !== '' && isTable(auth) ? readAuth(host, auth) : null;
    if (read !== null) found.set(host, read);
  };
  for (const [host, config] of Object.entries(tableAt(registry, ['configs']) ?? {}))
    if (isTable(config)) take(host, config['auth']);
  for (const [url, auth] of Object.entries(tableAt(registry, ['auths']) ?? {})) take(parseGoUrl(url)?.host ?? '', auth);
  return [...found.values()];
};
