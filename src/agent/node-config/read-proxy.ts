import { limits } from '../../model/limits.ts';
import type { ProxyEnvironment } from '../../parse/proxy-env.ts';
import { parseEnviron } from '../../parse/systemd-unit.ts';
import { readHostText } from './host-file.ts';
import { isCrio } from './processes.ts';
import { assignedIn, unitEnvironment } from './unit-environment.ts';

/** The proxy variables of the runtime, and where they were found. Values may hold passwords: only for `proxyFor`. */
export type RuntimeProxy = {
  environment: ProxyEnvironment;
  /** `process` is what the runtime runs with; `unit` is what it would have after a restart; `none` is neither found. */
  source: 'process' | 'unit' | 'none';
  /** Names of the variables whose value in the unit's files is not that of the running process: a restart is missing. */
  differing: string[];
};

export type ReadProxyOptions = {
  hostRoot: string;
  /** The runtime's process on the host; null where it is not known. */
  pid: number | null;
  /** The CRI socket in use, which tells k3s and MicroK8s. */
  criSocket?: string;
  signal: AbortSignal;
};

const variables = ['HTTP_PROXY', 'http_proxy', 'HTTPS_PROXY', 'https_proxy', 'NO_PROXY', 'no_proxy'];

const pick = (all: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(variables.flatMap(name => (Object.hasOwn(all, name) ? [[name, all[name] ?? '']] : [])));

type Unit = {
  name: string;
  /** k3s and RKE2 give their containerd what stands behind `CONTAINERD_` in place of their own. */
  prefixed?: boolean;
  /** Assignments that the unit's start script reads. */
  script?: string;
};

const prefixed = (...names: string[]): Unit[] => names.map(name => ({ name, prefixed: true }));

const unitsFor = (criSocket = ''): Unit[] => {
  if (criSocket.includes('/k3s/')) return prefixed('k3s', 'k3s-agent', 'rke2-server', 'rke2-agent');
  if (criSocket.includes('/microk8s/'))
    return [{ name: 'snap.microk8s.daemon-containerd', script: '/var/snap/microk8s/current/args/containerd-env' }];
  return [{ name: isCrio(criSocket) ? 'crio' : 'containerd' }];
};

const forContainerd = (all: Readonly<Record<string, string>>): Record<string, string> => {
  const own = Object.entries(all).filter(([name]) => name.startsWith('CONTAINERD_'));
  return { ...all, ...Object.fromEntries(own.map(([name, value]) => [name.slice('CONTAINERD_'.length), value])) };
};

const fromUnit = async (hostRoot: string, units: readonly Unit[]): Promise<Record<string, string> | null> => {
  for (const unit of units) {
    const own = await unitEnvironment(hostRoot, unit.name);
    if (own === null) continue;
    const all = unit.script === undefined ? own : { ...own, ...(await assignedIn(hostRoot, unit.script)) };
    return pick(unit.prefixed === true ? forContainerd(all) : all);
  }
  return null;
};

const fromProcess = async (hostRoot: string, pid: number): Promise<Record<string, string> | null> => {
  const read = await readHostText(hostRoot, `/proc/${pid}/environ`, limits.environBytes);
  return read.ok && read.text !== '' ? pick(parseEnviron(read.text)) : null;
};

/**
 * The proxy variables that the runtime has: those of its process where they may be read, which are those of its start;
 * else those of its unit's files. Resolves for every fault of the files.
 */
export const readProxy = async ({ hostRoot, pid, criSocket, signal }: ReadProxyOptions): Promise<RuntimeProxy> => {
  signal.throwIfAborted();
  const running = pid === null ? null : await fromProcess(hostRoot, pid);
  const configured = await fromUnit(hostRoot, unitsFor(criSocket));
  if (running === null)
    return { environment: configured ?? {}, source: configured === null ? 'none' : 'unit', differing: [] };
  const differing =
    configured === null ? [] : variables.filter(item => (running[item] ?? '') !== (configured[item] ?? ''));
  return { environment: running, source: 'process', differing };
};
