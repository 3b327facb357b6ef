import { spawn } from 'node:child_process';
import { mkdir, mkdtemp } from 'node:fs/promises';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Walk } from '../../src/model/walk.ts';
import { openNode } from '../../src/agent/check/node.ts';
import { parseTarget } from '../../src/agent/check/target.ts';
import { walkTarget } from '../../src/agent/check/walk.ts';
import { newestGeneration, startContainerd, type Containerd } from '../lab/containerd.ts';
import { connectCri, type Auth } from '../lab/cri.ts';
import { startNamespace, type Namespace } from '../lab/namespace.ts';
import { labEnvironment } from '../lab/process.ts';
import type { Site } from './site.ts';

/** The slowest failure of containerd's own takes 40 s (names that nobody answers for). */
const patienceMs = 45_000;
/** What stands for containerd's text where it has no limit of its own: a request that is taken and never answered. */
export const stillWaiting = `no error yet after ${patienceMs / 1000} s: still waiting`;

/** A node with a containerd of its own, and the way to ask it and `check` about one image. */
export type FaultNode = {
  readonly name: string;
  readonly namespace: Namespace;
  readonly containerd: Containerd;
  /** A file below certs.d; the lab's CA for a host where no text is given. */
  certs(path: string, text?: string): Promise<void>;
  /** containerd's own answer: null where it pulled, else its error's text. */
  pull(image: string, auth: Auth | null): Promise<string | null>;
  check(image: string, pulling: boolean): Promise<Walk>;
};

export type NodeOptions = {
  /** Nameservers, in order; the site's own where none are given. */
  nameservers?: readonly string[];
  /** What stands below containerd's registry table. */
  registry?: string;
  /** Lines added at the end of config.toml. */
  config?: string;
  /** The environment of containerd's process, and that of its unit where it differs: then a restart is missing. */
  environment?: Readonly<Record<string, string>>;
  unit?: Readonly<Record<string, string>>;
  /** Bytes that containerd's own folder may take, as tmpfs has it: `8m`. */
  storage?: string;
  /** A process in whose network the node is. */
  network?: number;
};

const unitText = (environment: Readonly<Record<string, string>>): string =>
  [
    '[Service]',
    'ExecStart=/usr/bin/containerd',
    ...Object.entries(environment).map(([name, value]) => `Environment="${name}=${value}"`),
    '',
  ].join('\n');

/** A small disk for containerd's folder, mounted as it starts. */
const onSmallDisk = (folder: string, size: string, command: readonly string[]): string[] => [
  ...['sh', '-c', 'mkdir -p "$0" && mount -t tmpfs -o size="$1" tmpfs "$0" && shift && exec "$@"'],
  ...[folder, size, ...command],
];

const main = join(import.meta.dirname, '../../src/main.ts');

const checkInNetwork = async (command: readonly string[]): Promise<Walk> => {
  const [file = '', ...rest] = command;
  const child = spawn(file, rest, { env: labEnvironment() });
  const [said, complaint] = await Promise.all([text(child.stdout), text(child.stderr)]);
  const line = said.trim().split('\n')[0] ?? '';
  if (line === '') throw new Error(`pullpath check printed nothing: ${complaint.trim()}`);
  return JSON.parse(line) as Walk;
};

/** Starts a node: a mount namespace with its own /etc, and a containerd in it. About a second. */
export const startNode = async (site: Site, name: string, options: NodeOptions = {}): Promise<FaultNode> => {
  await mkdir(join(site.dir, 'nodes'), { recursive: true });
  const dir = await mkdtemp(join(site.dir, 'nodes', `${name}-`));
  const namespace = await startNamespace(dir, true);
  site.defer(() => namespace.stop());
  const { environment = {}, nameservers = [site.nameserver], storage, network } = options;
  await namespace.write('/etc/resolv.conf', nameservers.map(server => `nameserver ${server}\n`).join(''));
  await namespace.write('/etc/systemd/system/containerd.service', unitText(options.unit ?? environment));
  const inNetwork = network === undefined ? [] : ['nsenter', `--net=/proc/${network}/ns/net`, '--'];
  const set = Object.entries(environment).map(([key, value]) => `${key}=${value}`);
  const folder = join(dir, 'private/containerd/root');
  const wrap = (command: readonly string[]): string[] => {
    const all = [...inNetwork, 'env', ...set, ...command];
    return storage === undefined ? all : onSmallDisk(folder, storage, all);
  };
  const containerd = await startContainerd({
    ...{ namespace, wrap },
    ...(options.registry === undefined ? {} : { registry: options.registry }),
    ...(options.config === undefined ? {} : { config: options.config }),
  });
  site.defer(() => containerd.stop());
  const hostRoot = namespace.path('/');
  return {
    ...{ name, namespace, containerd },
    certs: (path, content) => namespace.write(`/etc/containerd/certs.d/${path}`, content ?? site.ca.pem),
    async pull(image, auth) {
      const cri = connectCri(containerd.socket);
      const timer = new AbortController();
      const late = sleep(patienceMs, stillWaiting, { signal: timer.signal, ref: false }).catch(() => null);
      const pulled = cri.pull(image, auth).then(
        () => null,
        (error: unknown) => (error as Error).message,
      );
      try {
        return await Promise.race([pulled, late]);
      } finally {
        timer.abort();
        cri.close();
      }
    },
    async check(image, pulling) {
      if (network !== undefined) {
        const command = [process.execPath, main, 'check', '--json', '--cri-socket', containerd.socket, image];
        return checkInNetwork([...inNetwork, ...namespace.enter([...command, ...(pulling ? ['--pull'] : [])])]);
      }
      const signal = AbortSignal.timeout(700_000);
      const node = await openNode({ hostRoot, criSocket: containerd.socket, nodeName: name }, signal);
      try {
        return await walkTarget(parseTarget(image), node, { signal, pull: pulling });
      } finally {
        node.client.close();
      }
    },
  };
};

/** Whether the newest containerd here is of the 2.x line, whose texts and defaults the faults are written for. */
export const isTwo = (): boolean => newestGeneration() === 'sid';
