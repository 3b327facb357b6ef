import { apiHost } from '../model/image-ref.ts';
import { joinPath } from './go-path.ts';
import { parseGoUrl, splitHostPort } from './go-url.ts';
import type { HostEntry } from './hosts-toml.ts';
import { noEntry } from './certs-d.ts';
import { isLoopback, parseIp } from './ip-address.ts';
import type { LegacyTls, RegistrySettings } from './containerd-config.ts';

const isLocal = (host: string): boolean => {
  const { name } = splitHostPort(host);
  const ip = parseIp(name);
  return name === 'localhost' || (ip !== null && isLoopback(ip));
};

const withScheme = (endpoint: string): string => {
  if (endpoint.includes('://')) return endpoint;
  const host = parseGoUrl(`dummy://${endpoint}`)?.host ?? '';
  return `${isLocal(host) ? 'http' : 'https'}://${endpoint}`;
};

const tlsEntry = (tls: LegacyTls | undefined): Partial<HostEntry> => {
  if (tls === undefined) return {};
  const absolute = (file: string): string => joinPath('/', file);
  return {
    caFiles: tls.caFile === '' ? null : [absolute(tls.caFile)],
    clientPairs: tls.certFile === '' ? null : [{ certFile: absolute(tls.certFile), keyFile: absolute(tls.keyFile) }],
    skipVerify: tls.skipVerify,
  };
};

/**
 * The hosts of the deprecated `registry.mirrors`: those of the registry, else those of `*`, then the registry itself
 * unless it is among them. Null where an endpoint is no URL: every pull fails then.
 */
export const legacyHosts = (registry: string, settings: RegistrySettings): HostEntry[] | null => {
  const endpoints = (settings.mirrors[registry] ?? settings.mirrors['*'] ?? []).map(withScheme);
  const upstream = apiHost(registry);
  const named = endpoints.some(endpoint => parseGoUrl(endpoint)?.host === registry);
  const all = named ? endpoints : [...endpoints, withScheme(upstream)];
  const entries: HostEntry[] = [];
  for (const endpoint of all) {
    const url = parseGoUrl(endpoint);
    if (url === null) return null;
    const tls = tlsEntry(settings.tls[url.host]);
    entries.push({ ...noEntry, scheme: url.scheme, host: url.host, path: url.path === '' ? '/v2' : url.path, ...tls });
  }
  return entries;
};
