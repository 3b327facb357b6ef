import { readdir } from 'node:fs/promises';
import { limits } from '../../model/limits.ts';
import type { ProxyEnvironment } from '../../parse/proxy-env.ts';
import { parseEnviron, parseEnvironmentFile, parseUnitEnvironment } from '../../parse/systemd-unit.ts';
import { hostPath, readHostText } from './host-file.ts';
import { runtimeProcess } from './runtime-process.ts';

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
  /** The runtime's process on the host; without it, it is looked for by its name. */
  pid?: number;
  /** The CRI socket in use, which tells k3s and MicroK8s. */
  criSocket?: string;
  signal: AbortSignal;
};

const variables = ['HTTP_PROXY', 'http_proxy', 'HTTPS_PROXY', 'https_proxy', 'NO_PROXY', 'no_proxy'];

const pick = (all: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(variables.flatMap(name => (Object.hasOwn(all, name) ? [[name, all[name] ?? '']] : [])));

const unitFolders = [
  '/etc/systemd/system',
  '/run/systemd/system',
  '/usr/local/lib/systemd/system',
  '/usr/lib/systemd/system',
  '/lib/systemd/system',
];

const unitsFor = (criSocket: string | undefined): string[] => {
  if (criSocket?.includes('/k3s/') === true) return ['k3s', 'k3s-agent', 'rke2-server', 'rke2-agent'];
  if (criSocket?.includes('/microk8s/') === true) return ['snap.microk8s.daemon-containerd'];
  if (criSocket?.includes('/crio/') === true) return ['crio'];
  return ['containerd'];
};

const textOf = async (hostRoot: string, path: string): Promise<string | null> => {
  const read = await readHostText(hostRoot, path, limits.unitFileBytes);
  return read.ok ? read.text : null;
};

/** The unit's own file and its drop-ins: of equal names, that of the folder that comes first. */
const unitTexts = async (hostRoot: string, unit: string): Promise<string[]> => {
  let own: string | null = null;
  const dropIns = new Map<string, string>();
  for (const folder of unitFolders) {
    own ??= await textOf(hostRoot, `${folder}/${unit}.service`);
    for (const below of [`${folder}/${unit}.service.d`, `${folder}/service.d`]) {
      const names = await hostPath(hostRoot, below)
        .then(at => readdir(at))
        .catch((): string[] => []);
      for (const name of names.slice(0, limits.directoryEntries))
        if (name.endsWith('.conf') && !dropIns.has(name)) dropIns.set(name, `${below}/${name}`);
    }
  }
  if (own === null) return [];
  const sorted = [...dropIns.keys()].sort().map(name => dropIns.get(name) ?? '');
  const texts = await Promise.all(sorted.map(path => textOf(hostRoot, path)));
  return [own, ...texts.filter(text => text !== null)];
};

/** k3s and RKE2 give their containerd what stands behind `CONTAINERD_` in place of their own. */
const forContainerd = (all: Readonly<Record<string, string>>): Record<string, string> => {
  const own = Object.entries(all).filter(([name]) => name.startsWith('CONTAINERD_'));
  return { ...all, ...Object.fromEntries(own.map(([name, value]) => [name.slice('CONTAINERD_'.length), value])) };
};

const fromUnit = async (hostRoot: string, units: readonly string[]): Promise<Record<string, string> | null> => {
  for (const unit of units) {
    const texts = await unitTexts(hostRoot, unit);
    if (texts.length === 0) continue;
    const { variables: own, files } = parseUnitEnvironment(texts);
    const all = { ...own };
    for (const { path } of files) Object.assign(all, parseEnvironmentFile((await textOf(hostRoot, path)) ?? ''));
    return pick(unit.startsWith('k3s') || unit.startsWith('rke2') ? forContainerd(all) : all);
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
  const process = pid ?? (await runtimeProcess(hostRoot, criSocket));
  signal.throwIfAborted();
  const running = process === null ? null : await fromProcess(hostRoot, process);
  const configured = await fromUnit(hostRoot, unitsFor(criSocket));
  if (running === null)
    return { environment: configured ?? {}, source: configured === null ? 'none' : 'unit', differing: [] };
  const differing =
    configured === null ? [] : variables.filter(item => (running[item] ?? '') !== (configured[item] ?? ''));
  return { environment: running, source: 'process', differing };
};
