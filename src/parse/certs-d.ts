import type { RegistryHost } from '../model/registry-hosts.ts';
import { atLeast } from './containerd-version.ts';
import type { ContainerdVersion } from './containerd-version.ts';
import { cleanPath } from './go-path.ts';
import { splitHostPort } from './go-url.ts';
import type { HostEntry } from './hosts-toml.ts';
import { isLoopback, parseIp } from './ip-address.ts';

/** The names below a certs.d root that are looked for, in containerd's order; the first that exists is the only one used. */
export const registryDirectories = (registry: string): string[] => {
  const colon = registry.lastIndexOf(':');
  const withPort = colon > 0 ? [`${registry.slice(0, colon)}_${registry.slice(colon + 1)}_`] : [];
  return [...withPort, registry, '_default'];
};

/** The one entry for a directory without a usable hosts.toml: Docker's layout, `*.crt` and `*.cert` with `*.key`. */
export const dockerLayout = (directory: string, files: readonly string[]): HostEntry => {
  const sorted = [...files].sort((one, other) => (one < other ? -1 : 1));
  const caFiles = sorted.filter(name => name.endsWith('.crt')).map(name => `${directory}/${name}`);
  const pairs = sorted
    .filter(name => name.endsWith('.cert'))
    .map(name => {
      const key = `${name.slice(0, -'.cert'.length)}.key`;
      return { certFile: `${directory}/${name}`, keyFile: `${directory}/${files.includes(key) ? key : name}` };
    });
  return {
    ...noEntry,
    caFiles: caFiles.length === 0 ? null : caFiles,
    clientPairs: pairs.length === 0 ? null : pairs,
  };
};

/** The entry where nothing is configured. */
export const noEntry: HostEntry = {
  scheme: '',
  host: '',
  path: '',
  capabilities: { pull: true, resolve: true },
  caFiles: null,
  clientPairs: null,
  skipVerify: null,
  headerNames: [],
  dialTimeoutMs: null,
  line: null,
};

const isLocalhost = (name: string): boolean => {
  if (name === 'localhost') return true;
  const ip = parseIp(name);
  return ip !== null && isLoopback(ip);
};

/**
 * Whether `http://` with TLS settings is tried as HTTPS first: always, only with a port in the address, or never
 * (containerd pull requests 9189 for 1.6, 9182, 11032 for 1.7; 1.6.20 seen without, 1.7.24 and 2.1.9 with).
 */
const httpsFirst = (version: ContainerdVersion, port: string): boolean => {
  if (port === '80') return false;
  if (atLeast(version, 1, 7, 24)) return true;
  const withPort = version.minor === 6 ? atLeast(version, 1, 6, 25) : atLeast(version, 1, 7, 8);
  return withPort && port !== '';
};

/** What containerd puts in the place of a server that is not named. */
const defaultUpstream = (registry: string, entry: HostEntry, version: ContainerdVersion): HostEntry => {
  const filled = { ...entry, scheme: 'https', host: registry, path: '/v2', capabilities: noEntry.capabilities };
  if (registry === 'docker.io') return { ...filled, host: 'registry-1.docker.io' };
  const { name, port } = splitHostPort(registry);
  if (!isLocalhost(name)) return filled;
  // Where HTTPS is never tried first, localhost is plain HTTP (1.6.9 and newer).
  if (!httpsFirst(version, '5000')) return { ...filled, scheme: atLeast(version, 1, 6, 9) ? 'http' : 'https' };
  const scheme = port === '' || port === '443' ? 'https' : 'http';
  return { ...filled, scheme, skipVerify: port === '80' ? entry.skipVerify : true };
};

const hostOf = (entry: HostEntry, version: ContainerdVersion): Omit<RegistryHost, 'role' | 'source'> => {
  const explicitTls = entry.caFiles !== null || entry.clientPairs !== null || entry.skipVerify !== null;
  const { port } = splitHostPort(entry.host);
  // Each request's path is joined and with that cleaned as a whole.
  const path = cleanPath(`/${entry.path}`).replace(/^\/$/, '');
  const httpFallback = entry.scheme === 'http' && explicitTls && httpsFirst(version, port);
  return {
    url: `${httpFallback ? 'https' : entry.scheme}://${entry.host}${path}`,
    line: entry.line,
    capabilities: entry.capabilities,
    caFiles: entry.caFiles ?? [],
    clientPairs: entry.clientPairs ?? [],
    skipVerify: entry.skipVerify ?? false,
    headerNames: entry.headerNames,
    ...(entry.headers === undefined ? {} : { headers: entry.headers }),
    dialTimeoutMs: entry.dialTimeoutMs,
    httpFallback,
  };
};

export type HostsInput = { registry: string; entries: readonly HostEntry[]; file: string; version: ContainerdVersion };

/** The hosts that containerd asks, in its order, from the entries of a file: its defaults filled in, the upstream last. */
export const completeHosts = ({ registry, entries, file, version }: HostsInput): RegistryHost[] =>
  entries.map((entry, index) => {
    const last = index === entries.length - 1;
    const filled = last && entry.host === '' ? defaultUpstream(registry, entry, version) : entry;
    const source = filled === entry ? file : 'default';
    return { ...hostOf(filled, version), role: last ? 'upstream' : 'mirror', source };
  });
