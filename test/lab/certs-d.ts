import { mkdir, rm, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { readHostText } from '../../src/agent/node-config/host-file.ts';
import { readRegistryHosts } from '../../src/agent/node-config/read-registry-hosts.ts';
import type { RegistryHost, RegistryHosts } from '../../src/model/registry-hosts.ts';
import { plainPorts, startListeners } from './certs-d-listeners.ts';
import type { Contact, ListeningName, Listeners } from './certs-d-listeners.ts';
import { listening } from './certs-d-listeners.ts';
import type { Config, Tree } from './certs-d-trees.ts';
import type { Comparison, TreesNode } from './compare-trees.ts';
import { containerdVersion, unpackedProgram } from './containerd.ts';
import type { Generation } from './containerd.ts';
import { connectCri } from './cri.ts';
import { claimFolder, removeLeftovers } from './leftovers.ts';
import { startNamespace } from './namespace.ts';
import type { Namespace } from './namespace.ts';
import { startDaemon, waitFor } from './process.ts';
import type { Daemon } from './process.ts';

/** A node with a containerd of its own. */
export type CertsDNode = TreesNode<Tree> & { readonly version: string };

const mainFile = '/etc/containerd/config.toml';
const isTwo = (generation: Generation): boolean => containerdVersion(generation).startsWith('2');

const configText = (generation: Generation, namespace: Namespace, config: Config): string => {
  const two = isTwo(generation);
  const section = two ? "'io.containerd.cri.v1.images'" : '"io.containerd.grpc.v1.cri"';
  const dir = namespace.dir;
  const registry = config.registry ?? 'config_path = "/etc/containerd/certs.d"';
  const disabled = ['io.containerd.internal.v1.opt', 'io.containerd.nri.v1.nri', ...(config.disabled ?? [])];
  const own = `[plugins.${section}]\n${config.images ?? ''}\n[plugins.${section}.registry]\n${registry}\n`;
  return `${config.version ?? `version = ${two ? 3 : 2}`}
${config.top ?? ''}
root = "${dir}/private/root"
state = "${dir}/private/state"
disabled_plugins = ${JSON.stringify(disabled)}
[grpc]
  address = "${dir}/containerd.sock"
[ttrpc]
  address = "${dir}/containerd.sock.ttrpc"
${(config.sections ?? own).replaceAll('SECTION', section)}
`;
};

/** The name and the port of a host's address, as the listeners call it; null where nobody listens. */
const placeOf = (
  url: string,
): { scheme: string; place: string; port: number; name: ListeningName; path: string } | null => {
  const match = /^(https?):\/\/([^:/]+)(?::(\d+))?(\/.*)?$/.exec(url);
  const name = match?.[2] ?? '';
  if (match === null || !Object.hasOwn(listening, name)) return null;
  const port = Number(match[3] ?? (match[1] === 'https' ? 443 : 80));
  return { scheme: match[1] ?? '', place: `${name}:${port}`, port, name: name as ListeningName, path: match[4] ?? '' };
};

/** What the listeners will see of one host, if the reader is right about it. */
const contactsOf = async (host: RegistryHost, listeners: Listeners, hostRoot: string): Promise<Contact[]> => {
  const at = placeOf(host.url);
  if (at === null) return [];
  const header = host.headerNames.some(name => name.toLowerCase() === 'x-lab') ? ' +header' : '';
  const plain = `http ${at.place} ${encodeURI(at.path)}${header}`;
  if (at.scheme === 'http') return [plainPorts.includes(at.port) ? plain : `http ${at.place} refused`];
  if (plainPorts.includes(at.port)) return [`https ${at.place} plain`, ...(host.httpFallback ? [plain] : [])];
  const authority = listening[at.name] === 'one' ? listeners.one : listeners.two;
  const texts = await Promise.all(host.caFiles.map(file => readHostText(hostRoot, file, 1_000_000)));
  const trusted = texts.some(read => read.ok && read.text.includes(authority.pem.trim()));
  if (!trusted && !host.skipVerify) return [`https ${at.place} refused`];
  const client = host.clientPairs.length > 0 ? ' +client' : '';
  return [`https ${at.place} ${encodeURI(at.path)}${client}${header}`];
};

/** What the listeners will see of a pull, if the reader is right. */
const saidBy = async (
  hosts: RegistryHosts,
  pull: 'tag' | 'digest',
  see: (host: RegistryHost) => Promise<Contact[]>,
): Promise<Contact[]> => {
  const fails = hosts.problems.filter(
    ({ code, effect }) => effect === 'start-fails' || (effect === 'pull-fails' && code !== 'no-host-resolves'),
  );
  if (fails.length > 0) return [];
  const asked = hosts.hosts.filter(host => host.capabilities.pull && (pull === 'digest' || host.capabilities.resolve));
  const contacts = (await Promise.all(asked.map(see))).flat();
  return contacts.filter((contact, index, all) => contact !== all[index - 1]);
};

const layOut = async (namespace: Namespace, files: Tree['files'], pems: Record<string, string>): Promise<void> => {
  const written = new Set(Object.keys(files).map(path => path.split('/').slice(0, 3).join('/')));
  for (const path of new Set([
    '/etc/containerd/certs.d',
    '/etc/containerd/conf.d',
    '/etc/second',
    '/etc/first',
    ...written,
  ]))
    if (path !== '/etc/containerd') await rm(namespace.path(path), { recursive: true, force: true });
  await mkdir(namespace.path('/etc/containerd/certs.d'), { recursive: true });
  for (const [path, text] of Object.entries(files)) {
    const at = namespace.path(path);
    await mkdir(text === null ? at : dirname(at), { recursive: true });
    if (text === null) continue;
    if (text.startsWith('-> ')) await symlink(text.slice(3), at);
    else
      await writeFile(
        at,
        text.replace(/@(one|two|client|key)/g, (_all, name: string) => pems[name] ?? ''),
      );
  }
};

const zeros = `sha256:${'0'.repeat(64)}`;

/** Starts a bare containerd of this generation among listeners that answer 404. Needs root. */
export const startCertsDNode = async (generation: Generation): Promise<CertsDNode> => {
  await removeLeftovers();
  await using undo = new AsyncDisposableStack();
  const id = Math.random().toString(16).slice(2, 10);
  const dir = await claimFolder(id);
  undo.defer(() => rm(dir, { recursive: true, force: true }));
  const namespace = await startNamespace(dir);
  undo.defer(() => namespace.stop());
  const listeners = await startListeners(join(dir, 'tls'));
  undo.defer(() => listeners.stop());
  const client = await listeners.one.issue('client.lab.test');
  const pems = { one: listeners.one.pem, two: listeners.two.pem, client: client.cert, key: client.key };
  const names = Object.keys(listening) as ListeningName[];
  await namespace.write('/etc/hosts', names.map(name => `${listeners.address(name)} ${name}\n`).join(''));
  const socket = join(dir, 'containerd.sock');
  let running: { text: string; daemon: Daemon } | null = null;
  const stop = async (): Promise<void> => {
    await running?.daemon.stop();
    running = null;
  };
  undo.defer(stop);
  const ensure = async (text: string): Promise<void> => {
    if (running?.text === text) return;
    await stop();
    await namespace.write(mainFile, text);
    const program = unpackedProgram(generation, 'containerd');
    await rm(socket, { force: true });
    const command = namespace.enter([program, '--config', mainFile]);
    const booted = (daemon: Daemon): boolean => daemon.output().includes('containerd successfully booted');
    const refused = (daemon: Daemon): boolean => daemon.ended() !== null;
    const daemon = startDaemon(command);
    // One that does not start with this configuration contacts nobody, which is what is compared.
    await waitFor('containerd', () => booted(daemon) || refused(daemon));
    running = { text, daemon };
  };
  const version = containerdVersion(generation);
  const owned = undo.move();
  return {
    version,
    async compare(tree) {
      await layOut(namespace, tree.files, pems);
      const text = configText(generation, namespace, tree.config ?? {});
      // A drop-in changes nothing of the text.
      if (tree.config?.top !== undefined) await stop();
      await ensure(text);
      const signal = AbortSignal.timeout(20_000);
      const hostRoot = namespace.path('/');
      const hosts = await readRegistryHosts(tree.registry, { hostRoot, runtimeVersion: version, signal });
      const cri = connectCri(socket);
      const found: Comparison[] = [];
      try {
        for (const pull of ['tag', 'digest'] as const) {
          await listeners.take();
          const image = `${tree.registry}/lib/app${pull === 'tag' ? ':v1' : `@${zeros}`}`;
          await cri.pull(image, null).then(
            () => Promise.reject(new Error(`${image} was pulled`)),
            () => undefined,
          );
          const all = await listeners.take();
          // By digest, a manifest and then a blob of that digest is asked for: twice the same places.
          const seen = pull === 'tag' ? all : [...new Set(all)];
          const said = await saidBy(hosts, pull, host => contactsOf(host, listeners, hostRoot));
          found.push({ pull, seen, said: pull === 'tag' ? said : [...new Set(said)], hosts });
        }
      } finally {
        cri.close();
      }
      return found;
    },
    stop: () => owned.disposeAsync(),
  };
};
