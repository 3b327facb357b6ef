import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { networkInterfaces } from 'node:os';
import { limits } from '../../model/limits.ts';
import type { RegistryHosts } from '../../model/registry-hosts.ts';
import type { ReportState } from '../../model/report.ts';
import type { RegistrySettings } from '../../parse/containerd-config.ts';
import { parseContainerdVersion } from '../../parse/containerd-version.ts';
import { defaultInterface, networkOf } from '../../parse/default-route.ts';
import { proxyFor } from '../../parse/proxy-env.ts';
import { parseResolvConf } from '../../parse/resolv-conf.ts';
import { configuredRegistries } from './configured-registries.ts';
import { readHostFile } from './host-file.ts';
import { readContainerdConfig, type ContainerdConfig } from './read-containerd-config.ts';
import type { RuntimeProxy } from './read-proxy.ts';
import { readRegistriesConf } from './read-registries-conf.ts';
import { readRegistryHosts } from './read-registry-hosts.ts';
import { isCrio } from './processes.ts';

/** What decides on this node how images are pulled, as hashes that can be compared between nodes, and what it may share. */
export type Fingerprint = Required<Pick<ReportState, 'fingerprint' | 'traits'>>;

export type FingerprintNode = {
  /** Where the node's root is mounted. */
  hostRoot: string;
  /** The CRI socket in use. */
  criSocket: string;
  /** As the runtime tells it by CRI. */
  runtimeVersion: string;
  /** containerd's configuration as it was read before; without it, it is read anew. */
  config?: ContainerdConfig | null;
  proxy: RuntimeProxy;
  /** The system's CAs in PEM. */
  bundle: { pems: readonly string[] };
};

const sha256 = (content: string | Buffer): string => createHash('sha256').update(content).digest('hex');

/** Left out of a hash: who reads reports could guess a weak one by trying. */
const secretKeys: ReadonlySet<string> = new Set(['password', 'auth', 'identitytoken', 'registrytoken']);

/** JSON with sorted keys, so that equal settings are equal texts however a file is written; without secrets. */
const canonical = (value: unknown): string =>
  JSON.stringify(value, (key, item: unknown) => {
    if (secretKeys.has(key.toLowerCase()) && typeof item === 'string') return null;
    if (typeof item === 'bigint') return item.toString();
    if (typeof item !== 'object' || item === null || Array.isArray(item) || item instanceof Date) return item;
    return Object.fromEntries(Object.entries(item).sort(([one], [other]) => (one < other ? -1 : 1)));
  });

/** Certificates alone and sorted, so that order, comments and the number of files do not count. */
const certificatesOf = (pems: readonly string[]): string => {
  const blocks = pems.flatMap(pem => pem.match(/-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----/g) ?? []);
  return sha256([...new Set(blocks.map(block => block.replace(/\s+/g, '')))].sort().join('\n'));
};

const caFilesOf = async (hostRoot: string, { hosts }: RegistryHosts): Promise<string | null> => {
  const files = [...new Set(hosts.flatMap(host => host.caFiles))];
  if (files.length === 0) return null;
  const read = await Promise.all(files.map(file => readHostFile(hostRoot, file, limits.certFileBytes)));
  const codes = read.flatMap(one => (one.ok ? [] : [one.code]));
  const pems = read.flatMap(one => (one.ok ? [one.bytes.toString('latin1')] : []));
  return sha256(`${codes.join(' ')} ${certificatesOf(pems)}`);
};

const settingsOf = (text: string): string =>
  text
    .split('\n')
    .map(line => line.trim().replace(/\s+/g, ' '))
    .filter(line => line !== '' && !/^[#;]/.test(line))
    .join('\n');

const proxyPrints = ({ environment }: RuntimeProxy): [string, string][] =>
  ['HTTP_PROXY', 'HTTPS_PROXY', 'NO_PROXY'].flatMap(name => {
    const value = [environment[name], environment[name.toLowerCase()]].find(one => one !== undefined && one !== '');
    // A proxy's password is left out as well.
    return value === undefined ? [] : [[`proxy:${name}`, sha256(value.replace(/:[^:@/]*@/, '@'))]];
  });

const registryPrints = async (node: FingerprintNode, signal: AbortSignal): Promise<[string, string][]> => {
  const { hostRoot } = node;
  const found: [string, string][] = [];
  for (const registry of (await configuredRegistries(node, signal)).slice(0, limits.fingerprintRegistries)) {
    const hosts = await readRegistryHosts(registry, { ...node, signal });
    if (hosts.directory !== null && hosts.runtime !== 'cri-o') {
      const file = await readHostFile(hostRoot, `${hosts.directory}/hosts.toml`, limits.hostsTomlBytes);
      // What keeps it from being read is a difference too.
      if (file.ok || file.code !== 'ENOENT')
        found.push([`hosts:${registry}`, sha256(file.ok ? file.bytes : `unreadable: ${file.code}`)]);
    }
    const ca = await caFilesOf(hostRoot, hosts);
    if (ca !== null) found.push([`ca:${registry}`, ca]);
  }
  return found;
};

/** How the hosts of a registry are configured, in a word. */
const styleOf = ({ configPath, mirrors }: RegistrySettings): string => {
  if (configPath !== '') return 'config_path';
  return Object.keys(mirrors).length > 0 ? 'mirrors' : 'default';
};

type RuntimePrint = { print: [string, string]; style: string };

const runtimePrint = async (node: FingerprintNode, signal: AbortSignal): Promise<RuntimePrint> => {
  if (isCrio(node.criSocket)) {
    const { conf, problems } = await readRegistriesConf(node.hostRoot, signal);
    // Where an entry stands makes no difference.
    const settings = JSON.stringify(conf, (key, value: unknown) => (/^(?:file|line)$/.test(key) ? null : value));
    const print = sha256([settings, ...problems.map(({ code }) => code)].join(' '));
    return { print: ['registries-conf', print], style: 'registries.conf' };
  }
  const version = parseContainerdVersion(node.runtimeVersion);
  const { settings, effective } = node.config ?? (await readContainerdConfig(node, version, signal));
  return { print: ['containerd-config', sha256(canonical(effective))], style: styleOf(settings) };
};

/** The network that the node's way out lies in, as the agent's own network namespace has it: the host's (hostNetwork). */
const subnetOf = async (): Promise<string | null> => {
  const routes = await readFile('/proc/net/route', 'utf8').catch(() => '');
  const name = defaultInterface(routes);
  const addresses = name === null ? [] : (networkInterfaces()[name] ?? []);
  return networkOf(addresses.find(({ family }) => family === 'IPv4')?.cidr ?? '');
};

/**
 * Hashes of what decides how this node pulls images, by names that are the same on every node, and what it may have in
 * common with others. A name is missing where there is nothing of its kind. Resolves for every fault of the files.
 */
export const readFingerprint = async (node: FingerprintNode, signal: AbortSignal): Promise<Fingerprint> => {
  const { hostRoot, proxy, bundle } = node;
  const { print, style } = await runtimePrint(node, signal);
  const resolvConf = await readHostFile(hostRoot, '/etc/resolv.conf', limits.nodeFileBytes);
  const resolvText = resolvConf.ok ? resolvConf.bytes.toString('utf8') : '';
  const subnet = await subnetOf();
  const through = proxyFor('https://registry.invalid', proxy.environment);
  return {
    fingerprint: {
      'resolv.conf': sha256(settingsOf(resolvText)),
      'system-cas': certificatesOf(bundle.pems),
      ...Object.fromEntries([print, ...proxyPrints(proxy), ...(await registryPrints(node, signal))]),
    },
    traits: {
      nameservers: parseResolvConf(resolvText).nameservers.join(', '),
      'registry-config': style,
      ...(through === null ? {} : { proxy: through.shown }),
      ...(subnet === null ? {} : { subnet }),
    },
  };
};
