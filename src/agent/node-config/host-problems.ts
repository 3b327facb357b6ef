import { limits } from '../../model/limits.ts';
import type { ClientPair, ConfigProblem, RegistryHost } from '../../model/registry-hosts.ts';
import { holdsCertificate, isKeyPair } from './certificates.ts';
import { readHostFile, type HostFileError } from './host-file.ts';

type Code = ConfigProblem['code'];

/** Where containerd took the file from. */
const namedBy = ({ source, line }: RegistryHost): string => `, named by ${source}${line === null ? '' : `:${line}`}`;

const problem = (code: Code, file: string, detail: string, host: RegistryHost): ConfigProblem => ({
  ...{ code, file, line: null, effect: 'pull-fails' },
  detail: `${detail}${namedBy(host)}`,
});

const unreadable = (
  code: Code,
  file: string,
  { code: system, why }: HostFileError,
  host: RegistryHost,
): ConfigProblem =>
  system === 'ETOOBIG'
    ? { ...problem('file-too-large', file, why, host), effect: 'not-read' }
    : problem(code, file, why, host);

const caProblem = async (hostRoot: string, file: string, host: RegistryHost): Promise<ConfigProblem | null> => {
  const read = await readHostFile(hostRoot, file, limits.certFileBytes);
  if (!read.ok) return unreadable('ca-unreadable', file, read, host);
  return holdsCertificate(read.bytes) ? null : problem('ca-invalid', file, 'no certificate in PEM', host);
};

const pairProblem = async (hostRoot: string, pair: ClientPair, host: RegistryHost): Promise<ConfigProblem | null> => {
  const cert = await readHostFile(hostRoot, pair.certFile, limits.certFileBytes);
  if (!cert.ok) return unreadable('client-cert-unreadable', pair.certFile, cert, host);
  const key = pair.keyFile === pair.certFile ? cert : await readHostFile(hostRoot, pair.keyFile, limits.certFileBytes);
  if (!key.ok) return unreadable('client-cert-unreadable', pair.keyFile, key, host);
  return isKeyPair(cert.bytes, key.bytes)
    ? null
    : problem('client-cert-invalid', pair.certFile, 'not a certificate and its key in PEM', host);
};

/**
 * The faults of the certificate files that these hosts name, each file once. containerd reads all of them before it asks
 * the first host, so one bad file fails the pull even where an earlier host would have served it.
 */
export const certificateProblems = async (
  hostRoot: string,
  hosts: readonly RegistryHost[],
  signal: AbortSignal,
): Promise<ConfigProblem[]> => {
  const problems: ConfigProblem[] = [];
  const seen = new Set<string>();
  const isNew = (key: string): boolean => !seen.has(key) && seen.add(key).has(key);
  for (const host of hosts) {
    for (const file of host.caFiles) {
      signal.throwIfAborted();
      const found = isNew(file) ? await caProblem(hostRoot, file, host) : null;
      if (found !== null) problems.push(found);
    }
    for (const pair of host.clientPairs) {
      signal.throwIfAborted();
      const found = isNew(`${pair.certFile}\n${pair.keyFile}`) ? await pairProblem(hostRoot, pair, host) : null;
      if (found !== null) problems.push(found);
    }
  }
  return problems;
};
