import { mkdir, rm, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { readHostText } from '../../src/agent/node-config/host-file.ts';
import { readCrioHosts } from '../../src/agent/node-config/read-crio-hosts.ts';
import { parseImageRef } from '../../src/model/image-ref.ts';
import type { RegistryHost } from '../../src/model/registry-hosts.ts';
import { listening, plainPorts, startListeners } from './certs-d-listeners.ts';
import type { Contact, ListeningName, Listeners } from './certs-d-listeners.ts';
import type { Comparison, TreesNode } from './compare-trees.ts';
import { unpackedProgram } from './containerd.ts';
import { claimFolder, removeLeftovers } from './leftovers.ts';
import { startNamespace } from './namespace.ts';
import type { Namespace } from './namespace.ts';
import { startDaemon, waitFor } from './process.ts';
import type { RegistriesTree } from './registries-conf-trees.ts';

/** A node on which skopeo reads trees with CRI-O's library. */
export type RegistriesNode = TreesNode<RegistriesTree>;

const zeros = `sha256:${'0'.repeat(64)}`;

/** What the listeners will see of one host, if the reader is right about it. */
const contactsOf = async (
  host: RegistryHost,
  wanted: string,
  { listeners, hostRoot }: { listeners: Listeners; hostRoot: string },
): Promise<Contact[]> => {
  const { hostname, port: written } = new URL(host.url);
  if (!Object.hasOwn(listening, hostname)) return [];
  const port = Number(written === '' ? 443 : written);
  const place = `${hostname}:${port}`;
  const paths = ['/v2/', `/v2/${host.repository ?? ''}/manifests/${wanted}`];
  if (plainPorts.includes(port))
    return [`https ${place} plain`, ...(host.httpFallback ? paths.map(path => `http ${place} ${path}`) : [])];
  const authority = listening[hostname as ListeningName] === 'one' ? listeners.one : listeners.two;
  const texts = await Promise.all(host.caFiles.map(file => readHostText(hostRoot, file, 1_000_000)));
  const trusted = texts.some(read => read.ok && read.text.includes(authority.pem.trim()));
  if (!trusted && !host.skipVerify) return [`https ${place} refused`];
  const client = host.clientPairs.length > 0 ? ' +client' : '';
  return paths.map(path => `https ${place} ${path}${client}`);
};

const layOut = async (namespace: Namespace, tree: RegistriesTree, pems: Record<string, string>): Promise<void> => {
  for (const path of ['/etc/containers', '/etc/docker'])
    await rm(namespace.path(path), { recursive: true, force: true });
  for (const [path, text] of Object.entries(tree.files)) {
    const at = namespace.path(path);
    await mkdir(text === null ? at : dirname(at), { recursive: true });
    if (text?.startsWith('-> ') === true) await symlink(text.slice(3), at);
    else if (text !== null)
      await writeFile(
        at,
        text.replace(/@(one|two|client|key)/g, (_all, name: string) => pems[name] ?? ''),
      );
  }
};

/** Starts the listeners and a namespace in which skopeo runs. Needs root. */
export const startRegistriesNode = async (): Promise<RegistriesNode> => {
  await removeLeftovers();
  await using undo = new AsyncDisposableStack();
  const dir = await claimFolder(Math.random().toString(16).slice(2, 10));
  undo.defer(() => rm(dir, { recursive: true, force: true }));
  const namespace = await startNamespace(dir);
  undo.defer(() => namespace.stop());
  const listeners = await startListeners(join(dir, 'tls'), (url = '') => url);
  undo.defer(() => listeners.stop());
  const client = await listeners.one.issue('client.lab.test');
  const pems = { one: listeners.one.pem, two: listeners.two.pem, client: client.cert, key: client.key };
  const names = Object.keys(listening) as ListeningName[];
  await namespace.write('/etc/hosts', names.map(name => `${listeners.address(name)} ${name}\n`).join(''));
  const hostRoot = namespace.path('/');
  const owned = undo.move();
  const look = async (image: string): Promise<void> => {
    const skopeo = [unpackedProgram('skopeo', 'skopeo'), 'inspect', '--raw', `docker://${image}`];
    const daemon = startDaemon(namespace.enter(['env', '-i', 'HOME=/none', ...skopeo]));
    await waitFor('skopeo', () => daemon.ended() !== null);
  };
  return {
    async compare(tree) {
      await layOut(namespace, tree, pems);
      const compared: Comparison[] = [];
      for (const pull of ['tag', 'digest'] as const) {
        const wanted = pull === 'tag' ? 'v1' : zeros;
        const text = `${tree.image}${pull === 'tag' ? ':' : '@'}${wanted}`;
        const parsed = parseImageRef(text);
        if (!parsed.ok) throw new Error(parsed.error);
        await listeners.take();
        await look(text);
        const seen = await listeners.take();
        const image = { text, ref: parsed.ref };
        const signal = AbortSignal.timeout(20_000);
        const found = await readCrioHosts(parsed.ref.registry, { hostRoot, image, signal });
        const contacts = await Promise.all(found.hosts.map(host => contactsOf(host, wanted, { listeners, hostRoot })));
        const said = contacts.flat().filter((contact, index, all) => contact !== all[index - 1]);
        compared.push({ pull, seen, said, hosts: found });
      }
      return compared;
    },
    stop: () => owned.disposeAsync(),
  };
};
