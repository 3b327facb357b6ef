import { limits } from '../../model/limits.ts';
import type { ConfigProblem } from '../../model/registry-hosts.ts';
import { mergeRegistriesConf } from '../../parse/pull-sources.ts';
import { parseRegistriesConf, type RegistriesConf } from '../../parse/registries-conf.ts';
import { listHostFiles, missingCode, readHostText, type HostFileError } from './host-file.ts';

/** Root's own settings, which come before the system's (containers-registries.conf(5)). */
const user = '/root/.config/containers';
const system = '/etc/containers';

/** Where a directory named as a host has its certificates; the first that is there is the only one used. */
export const certificatePlaces = [`${user}/certs.d`, `${system}/certs.d`, '/etc/docker/certs.d'] as const;

/** All of registries.conf as one. A file that is refused makes every pull fail. */
export type RegistriesConfig = { file: string; conf: RegistriesConf; problems: ConfigProblem[] };

const dropInsOf = async (hostRoot: string, directory: string, problems: ConfigProblem[]): Promise<string[]> => {
  const listed = await listHostFiles(hostRoot, directory);
  if (!listed.ok && listed.code !== 'ENOENT')
    problems.push({ ...unreadable(directory, listed), code: 'config-unreadable' });
  const names = listed.ok ? listed.names.filter(name => name.endsWith('.conf')) : [];
  return names.sort().map(name => `${directory}/${name}`);
};

const unreadable = (file: string, { code, why }: HostFileError): ConfigProblem => ({
  code: code === 'ETOOBIG' ? 'file-too-large' : 'config-unreadable',
  file,
  line: null,
  effect: code === 'ETOOBIG' ? 'not-read' : 'pull-fails',
  detail: why,
});

/**
 * Reads registries.conf and its drop-ins below the host's root, in the order in which CRI-O merges them. Resolves for
 * every fault of the files.
 */
export const readRegistriesConf = async (hostRoot: string, signal: AbortSignal): Promise<RegistriesConfig> => {
  const own = (await missingCode(hostRoot, `${user}/registries.conf`)) === null;
  const main = `${own ? user : system}/registries.conf`;
  const problems: ConfigProblem[] = [];
  const dropIns: string[] = [];
  // Where root has a file of its own, the system's drop-ins do not count either.
  for (const place of own ? [user] : [system, user])
    dropIns.push(...(await dropInsOf(hostRoot, `${place}/registries.conf.d`, problems)));
  const files: RegistriesConf[] = [];
  for (const file of [main, ...dropIns]) {
    signal.throwIfAborted();
    const read = await readHostText(hostRoot, file, limits.configTomlBytes);
    if (!read.ok) {
      if (file !== main || read.code !== 'ENOENT') problems.push(unreadable(file, read));
      continue;
    }
    const parsed = parseRegistriesConf(read.text, { file, dropIn: file !== main });
    if (parsed.ok) files.push(parsed.conf);
    else
      problems.push({ code: 'config-invalid', file, line: parsed.line, effect: 'pull-fails', detail: parsed.reason });
  }
  return { file: main, conf: mergeRegistriesConf(files), problems };
};
