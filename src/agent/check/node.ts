import { hostname } from 'node:os';
import { limits } from '../../model/limits.ts';
import type { Check } from '../../model/check.ts';
import { parseContainerdVersion } from '../../parse/containerd-version.ts';
import { parseResolvConf } from '../../parse/resolv-conf.ts';
import { NodeCredentials, type CredentialSources } from '../credentials/node-credentials.ts';
import { CriClient } from '../cri/client.ts';
import { findCriSocket } from '../cri/socket.ts';
import { readContainerdConfig, type ContainerdConfig } from '../node-config/read-containerd-config.ts';
import { findProcesses, isCrio } from '../node-config/processes.ts';
import { readHostFile } from '../node-config/host-file.ts';
import { readProxy, type RuntimeProxy } from '../node-config/read-proxy.ts';
import { readRunningConfig, unknownConfig } from '../node-config/running-config.ts';
import { realNet, type Net } from '../probe/net.ts';
import { probeNodeDisk } from '../probe/node-disk.ts';
import { Resolver } from '../probe/resolver.ts';
import { probeRuntimeCri } from '../probe/runtime-cri.ts';
import { SystemBundle, type Bundle } from '../probe/system-bundle.ts';
import { proxyCheck } from './config-checks.ts';

/** The node that a walk starts from: its files, its runtime, and its own checks, read once for all targets. */
export type CheckedNode = {
  name: string;
  hostRoot: string;
  criSocket: string;
  /** As the runtime tells it; empty where it does not answer. */
  runtimeVersion: string;
  client: CriClient;
  resolver: Resolver;
  bundle: Bundle;
  proxy: RuntimeProxy;
  /** containerd's configuration; null where another runtime is in use. May hold secrets. */
  config: ContainerdConfig | null;
  credentials: NodeCredentials;
  checks: Check[];
  net: Net;
};

const textOf = async (hostRoot: string, path: string): Promise<string> => {
  const file = await readHostFile(hostRoot, path, limits.nodeFileBytes);
  return file.ok ? file.bytes.toString('utf8') : '';
};

/** Where containerd keeps images, for a runtime that cannot be asked. */
const defaultImages = '/var/lib/containerd';

/** Where the node's files and runtime are; `client` is a connection to it that is open already. */
type GivenNode = {
  hostRoot: string;
  criSocket: string | null;
  nodeName: string | null;
  client?: CriClient | null;
  /** Without it, the credentials of the node's files are used and no plugin is run. */
  credentials?: CredentialSources;
  /** The system's CAs as they were read before; without it, they are read anew. */
  bundle?: SystemBundle;
};

/** Reads what all walks from this node share. The caller closes the client. */
export const openNode = async (given: GivenNode, signal: AbortSignal): Promise<CheckedNode> => {
  const { hostRoot } = given;
  const criSocket = await findCriSocket(hostRoot, given.criSocket);
  const client = given.client ?? new CriClient(criSocket);
  const [cri, images, resolvConf, hostsFile] = await Promise.all([
    probeRuntimeCri({ client, socket: criSocket }, signal),
    client.imageFsInfo(signal),
    textOf(hostRoot, '/etc/resolv.conf'),
    textOf(hostRoot, '/etc/hosts'),
  ]);
  const mountpoint = (images.ok ? images.value[0]?.fsId?.mountpoint : null) ?? defaultImages;
  const { runtime: pid, kubelet } = findProcesses(hostRoot, criSocket);
  const proxy = await readProxy({ hostRoot, criSocket, pid, signal });
  // What does not answer once is not waited for again.
  const running = cri.outcome === 'pass' ? await readRunningConfig(client, { hostRoot, criSocket, pid }, signal) : null;
  const disk = await probeNodeDisk({ hostRoot, mountpoint });
  const version = cri.facts?.['version'];
  const runtimeVersion = typeof version === 'string' ? version : '';
  const place = { hostRoot, criSocket, running: running ?? unknownConfig };
  const config = isCrio(criSocket)
    ? null
    : await readContainerdConfig(place, parseContainerdVersion(runtimeVersion), signal);
  const sources = given.credentials ?? { files: true, providers: false };
  return {
    ...{ name: given.nodeName ?? hostname(), hostRoot, criSocket, client, proxy, net: realNet },
    ...{ config, runtimeVersion },
    credentials: new NodeCredentials({ hostRoot, kubelet, containerd: config }, sources),
    resolver: new Resolver({ resolvConf: parseResolvConf(resolvConf), hostsFile }, realNet),
    bundle: await (given.bundle ?? new SystemBundle(hostRoot)).read(),
    checks: [cri, disk, proxyCheck(proxy)],
  };
};
