import { existsSync, readFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import type { Journald } from './journald.ts';
import type { Namespace } from './namespace.ts';
import { listens, startDaemon, startReady } from './process.ts';
import type { Daemon } from './process.ts';

/** The generations of containerd that .ci/setup-lab can bring, by the folder it puts them in. */
export type Generation = 'sid' | 'trixie' | 'own';

const cacheDir = join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'pullpath-lab');

/** Whether .ci/setup-lab unpacked this program. */
export const hasProgram = (folder: string, name: string): boolean => existsSync(join(cacheDir, folder, name));

/** A program that .ci/setup-lab unpacked; throws where it did not. */
export const unpackedProgram = (folder: string, name: string): string => {
  const path = join(cacheDir, folder, name);
  if (!existsSync(path)) throw new Error(`${path} is not there: run 'bash .ci/setup-lab' as root on Debian`);
  return path;
};

/** The generations of containerd that were unpacked, the newest first. */
export const unpackedGenerations = (): Generation[] =>
  (['sid', 'trixie', 'own'] as const).filter(generation => existsSync(join(cacheDir, generation, 'containerd')));

/** The newest generation of containerd that was unpacked. */
export const newestGeneration = (): Generation => unpackedGenerations()[0] ?? 'sid';

/** What a containerd says of itself, such as `2.1.9+unknown`. */
export const containerdVersion = (generation: Generation): string =>
  readFileSync(join(cacheDir, generation, 'version'), 'utf8')
    .trim()
    .split(' ')[2] ?? '';

export type Containerd = {
  /** The CRI socket, reachable from outside the namespace too. */
  readonly socket: string;
  readonly pid: () => number;
  /** Stops and starts it on the same files, as after a crash of the service. */
  restart(): Promise<void>;
  stop(): Promise<void>;
};

export type ContainerdOptions = {
  namespace: Namespace;
  /** Where given, containerd's log is the journal's, as the unit `containerd`. */
  journald?: Journald;
  generation?: Generation;
  /** Lines added at the end of config.toml. */
  config?: string;
  /** What stands below the registry's table; by itself, the config_path that a node has. */
  registry?: string;
  /** The command that runs containerd inside the namespace, such as `env NAME=VALUE …`; its files are below `data`. */
  wrap?: (command: readonly string[], data: string) => string[];
};

/** What of containerd's parts would write outside its own folders, or is of no use for images. */
const disabledPlugins = [
  'io.containerd.internal.v1.opt',
  'io.containerd.nri.v1.nri',
  'io.containerd.tracing.processor.v1.otlp',
];

/** config.toml in the version's own form; certs.d is where a node has it, in the namespace's private /etc. */
const configFor = (generation: Generation, dir: string, data: string, registry: string): string => {
  const two = containerdVersion(generation).startsWith('2');
  const images = two ? "'io.containerd.cri.v1.images'" : '"io.containerd.grpc.v1.cri"';
  return `version = ${two ? 3 : 2}
root = "${data}/root"
state = "${data}/state"
disabled_plugins = ${JSON.stringify(disabledPlugins)}

[grpc]
  address = "${dir}/containerd.sock"

[ttrpc]
  address = "${dir}/containerd.sock.ttrpc"

[plugins.${images}.registry]
${registry}
`;
};

/** Starts a containerd of our own, with root and state in memory, that serves CRI images at `<dir>/containerd.sock`. */
export const startContainerd = async (options: ContainerdOptions): Promise<Containerd> => {
  const { namespace, journald, generation = newestGeneration() } = options;
  const { dir } = namespace;
  const program = unpackedProgram(generation, 'containerd');
  const registry = options.registry ?? '  config_path = "/etc/containerd/certs.d"';
  const data = join(dir, 'private/containerd');
  const config = configFor(generation, dir, data, registry);
  await namespace.write('/etc/containerd/config.toml', config + (options.config ?? ''));
  const socket = join(dir, 'containerd.sock');
  const plain = [program, '--config', '/etc/containerd/config.toml'];
  const command = options.wrap === undefined ? plain : options.wrap(plain, data);
  const begin = async (): Promise<Daemon> => {
    await rm(socket, { force: true });
    const start = (): Daemon | Promise<Daemon> =>
      journald === undefined ? startDaemon(namespace.enter(command)) : journald.start('containerd', command);
    return startReady('containerd', start, () => listens(socket));
  };
  let daemon = await begin();
  return {
    socket,
    pid: () => daemon.pid,
    async restart() {
      await daemon.stop();
      daemon = await begin();
    },
    stop: () => daemon.stop(),
  };
};
