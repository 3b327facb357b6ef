import { readFile } from 'node:fs/promises';
import { parseImageRef } from '../../model/image-ref.ts';
import { parseDockerConfig } from '../../parse/docker-config.ts';
import { matchingEntries } from '../../parse/image-glob.ts';
import type { CriAuth } from '../cri/client.ts';

/** Credentials for the agent's own pull of an image, from the Docker configuration that the operator named; read anew each time. */
export const retryCredentials = async (file: string | null, image: string): Promise<CriAuth | null> => {
  const parsed = parseImageRef(image);
  if (file === null || !parsed.ok) return null;
  const text = await readFile(file, 'utf8').catch(() => '');
  const auths = parseDockerConfig(text, 'config.json') ?? [];
  const [entry] = matchingEntries(auths, `${parsed.ref.registry}/${parsed.ref.repository}`);
  return entry === undefined || entry.username === '' ? null : { username: entry.username, password: entry.password };
};
