import { readdir } from 'node:fs/promises';
import { apiHost, type ImageRef } from '../../model/image-ref.ts';
import { limits } from '../../model/limits.ts';
import type { ClientPair, ConfigProblem, RegistryHost, RegistryHosts } from '../../model/registry-hosts.ts';
import {
  isShortName,
  pullSources,
  shortNameCandidates,
  type PullName,
  type PullSource,
} from '../../parse/pull-sources.ts';
import { certificateProblems } from './host-problems.ts';
import { hostPath, missingCode, readHostFile, systemCode } from './host-file.ts';
import { certificatePlaces, readRegistriesConf, type RegistriesConfig } from './read-registries-conf.ts';

/** The image that is asked for: as it was written, which matters for short names, and as it was understood. */
export type AskedImage = { text: string; ref: ImageRef };

type Certificates = { caFiles: string[]; clientPairs: ClientPair[]; fault: { file: string; detail: string } | null };

/** The first directory of the three that is there. */
const directoryOf = async (hostRoot: string, host: string): Promise<string | null> => {
  for (const place of certificatePlaces) {
    const code = await missingCode(hostRoot, `${place}/${host}`);
    if (code === null) return `${place}/${host}`;
  }
  return null;
};

/** What of a directory's files the library cannot use; it gives this place up then, and goes on to the next. */
const certificatesIn = async (hostRoot: string, directory: string | null): Promise<Certificates> => {
  const found: Certificates = { caFiles: [], clientPairs: [], fault: null };
  if (directory === null) return found;
  // Directories too: one that is named as a certificate is read as one, and fails.
  const listed = await hostPath(hostRoot, directory)
    .then(at => readdir(at))
    .catch(systemCode);
  if (typeof listed === 'string') return { ...found, fault: { file: directory, detail: listed } };
  const names = listed.sort().slice(0, limits.directoryEntries);
  for (const name of names) {
    const file = `${directory}/${name}`;
    const stem = name.replace(/\.[^.]*$/, '');
    if (name.endsWith('.crt')) found.caFiles.push(file);
    if (name.endsWith('.cert')) found.clientPairs.push({ certFile: file, keyFile: `${directory}/${stem}.key` });
    const partner = name.endsWith('.cert') ? `${stem}.key` : name.endsWith('.key') ? `${stem}.cert` : name;
    if (!names.includes(partner)) found.fault ??= { file, detail: `${partner} is missing beside it` };
  }
  for (const file of [...found.caFiles]) {
    const read = await readHostFile(hostRoot, file, limits.certFileBytes);
    if (read.ok) continue;
    found.caFiles = found.caFiles.filter(other => other !== file);
    // A link that leads nowhere is passed over.
    if (read.code !== 'ENOENT') found.fault ??= { file, detail: read.why };
  }
  return found;
};

const hostOf = (source: PullSource, certificates: Certificates, asksRepository: boolean): RegistryHost => ({
  url: `https://${apiHost(source.host)}/v2`,
  role: source.role,
  source: source.file ?? 'default',
  line: source.line,
  ...(asksRepository ? { repository: source.repository } : {}),
  capabilities: { pull: true, resolve: source.by !== 'digest' },
  caFiles: certificates.caFiles,
  clientPairs: certificates.clientPairs,
  skipVerify: source.insecure,
  headerNames: [],
  dialTimeoutMs: null,
  // Tried after HTTPS alone, whatever the port (docker_client.go, detectProperties).
  httpFallback: source.insecure,
});

/** The names to look for: of a short one, one for each registry that it may mean. */
const namesOf = (registry: string, image: AskedImage | null, { conf }: RegistriesConfig): PullName[] => {
  if (image === null) return [{ name: registry, by: 'any' }];
  const { ref, text } = image;
  const by = ref.digest === null ? 'tag' : 'digest';
  const written = text.replace(/@.*$/s, '').replace(/:[^:/]*$/, '');
  const names = isShortName(written) ? shortNameCandidates(written, conf) : [`${ref.registry}/${ref.repository}`];
  return names.map(name => ({ name, by }));
};

type Found = { hosts: RegistryHost[]; problems: ConfigProblem[] };

/** A place that is given up without being asked stops the pull only where it is the last. */
const skipped = (source: PullSource, config: RegistriesConfig): Pick<ConfigProblem, 'file' | 'line' | 'effect'> => ({
  file: source.file ?? config.file,
  line: source.line,
  effect: source.role === 'mirror' ? 'ignored' : 'pull-fails',
});

const readSource = async (
  hostRoot: string,
  source: PullSource,
  { config, image, signal }: { config: RegistriesConfig; image: AskedImage | null; signal: AbortSignal },
): Promise<Found> => {
  const at = skipped(source, config);
  const certificates = await certificatesIn(hostRoot, await directoryOf(hostRoot, source.host));
  const host = hostOf(source, certificates, image !== null);
  if (source.blocked)
    return { hosts: [], problems: [{ ...at, code: 'registry-blocked', detail: `${source.host} is blocked` }] };
  const { fault } = certificates;
  if (fault !== null)
    return {
      hosts: [],
      problems: [{ ...at, code: 'ca-unreadable', file: fault.file, line: null, detail: fault.detail }],
    };
  const found = await certificateProblems(hostRoot, [host], signal);
  const pairs = found.filter(({ code }) => code.startsWith('client-cert-'));
  // A CA file without a certificate in PEM adds nothing, and is no error here.
  const empty = found.filter(({ code }) => !code.startsWith('client-cert-'));
  return {
    hosts: pairs.length === 0 ? [host] : [],
    problems: [
      ...pairs.map(problem => ({ ...problem, effect: at.effect })),
      ...empty.map((problem): ConfigProblem => ({
        ...problem,
        effect: problem.effect === 'not-read' ? 'not-read' : 'ignored',
      })),
    ],
  };
};

export type CrioHostsOptions = { hostRoot: string; image: AskedImage | null; signal: AbortSignal };

/**
 * Which hosts CRI-O asks for an image, or for a registry as a whole, in its order, from the files below the host's root
 * (containers/image: sysregistriesv2, docker_client, tlsclientconfig). Resolves for every fault of the files.
 */
export const readCrioHosts = async (registry: string, options: CrioHostsOptions): Promise<RegistryHosts> => {
  const { hostRoot, image, signal } = options;
  const config = await readRegistriesConf(hostRoot, signal);
  const problems = [...config.problems];
  const found = { registry, runtime: 'cri-o', directory: null, problems } as const;
  if (problems.some(({ effect }) => effect !== 'ignored')) return { ...found, hosts: [] };
  const hosts: RegistryHost[] = [];
  const names = namesOf(registry, image, config);
  const whole = { file: config.file, line: null, effect: 'pull-fails' } as const;
  if (names.length === 0) {
    const detail = 'no alias, and no one search registry, says which registry a short name means';
    problems.push({ ...whole, code: 'short-name-unresolved', detail });
  }
  for (const name of names) {
    const sources = pullSources(name, config.conf);
    if (sources === null)
      problems.push({ ...whole, code: 'host-url-unusable', detail: 'a location makes a name that is no image’s' });
    for (const source of sources ?? []) {
      signal.throwIfAborted();
      const one = await readSource(hostRoot, source, { config, image, signal });
      hosts.push(...one.hosts);
      problems.push(...one.problems);
    }
  }
  const [first] = names;
  const directory = first === undefined ? null : await directoryOf(hostRoot, first.name.split('/')[0] ?? '');
  return { ...found, directory, hosts };
};
