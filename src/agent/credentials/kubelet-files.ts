import { join } from 'node:path';
import { limits } from '../../model/limits.ts';
import { parseDockerConfig, type DockerAuth } from '../../parse/docker-config.ts';
import { readHostText } from '../node-config/host-file.ts';
import type { KubeletPlace } from './kubelet-place.ts';

/** The credentials of one file of the node. Secrets: for the walk's requests alone. */
export type KubeletFile = { file: string; auths: DockerAuth[] };

/** Where the kubelet looks, in its order: every `config.json` before any `.dockercfg` (pkg/credentialprovider/config.go). */
const placesOf = ({
  rootDir,
  workingDir,
  home,
}: KubeletPlace): { file: string; form: 'config.json' | '.dockercfg' }[] => {
  const absolute = (path: string): string => (path.startsWith('/') ? join(path) : join('/', workingDir, path));
  const config = [rootDir, '.', `${home === '' ? '.' : home}/.docker`, '/.docker'];
  const older = [rootDir, '.', home === '' ? '.' : home, '/'];
  return [
    ...config.map(directory => ({ file: absolute(`${directory}/config.json`), form: 'config.json' as const })),
    ...older.map(directory => ({ file: absolute(`${directory}/.dockercfg`), form: '.dockercfg' as const })),
  ];
};

/** The first file that the kubelet can read and takes; it alone counts. Null where there is none. */
export const readKubeletFile = async (hostRoot: string, kubelet: KubeletPlace): Promise<KubeletFile | null> => {
  for (const { file, form } of placesOf(kubelet)) {
    const read = await readHostText(hostRoot, file, limits.dockerConfigBytes);
    const auths = read.ok ? parseDockerConfig(read.text, form) : null;
    if (auths !== null) return { file, auths };
  }
  return null;
};
