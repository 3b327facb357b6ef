import { randomBytes } from 'node:crypto';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import * as broken from '../lab/broken.ts';
import { startDns } from '../lab/dns.ts';
import { startFirewall, type Firewall } from '../lab/firewall.ts';
import { account } from '../lab/hosts.ts';
import { buildImage, buildIndex, hostPlatform } from '../lab/image.ts';
import { claimFolder, removeLeftovers } from '../lab/leftovers.ts';
import { freePort } from '../lab/ports.ts';
import { startRegistry, type Registry } from '../lab/registry.ts';
import { createAuthority, type Authority, type KeyPair } from '../lab/tls.ts';

const htpasswd = `${account.username}:$2y$05$ZED/eCJey62H7Lj32gNf9eOwbcIqKKt9t3vhT3khve8473JS/2H4q`;

/** A registry, sound or broken, by its name below `lab.test` and on a loopback address of its own. */
export type Host = { name: string; fqdn: string; address: string };

/** What all faults share: addresses, names, CAs, the sound registry, and the way to undo everything. */
export type Site = {
  dir: string;
  block: string;
  port: number;
  /** The CA that nodes have, and one that they do not. */
  ca: Authority;
  stranger: Authority;
  firewall: Firewall;
  /** The sound registry as fronts see it. */
  sound: broken.Upstream;
  registry: Registry;
  /** Address of the nameserver that knows every name. */
  nameserver: string;
  defer(undo: () => Promise<unknown>): void;
  /** A new host with a name and an address; nothing listens there yet. `resolves: false` gives it no name. */
  host(name: string, options?: { resolves?: boolean }): Host;
  /** Host and port of a name, as it stands in an image or in hosts.toml. */
  at(name: string): string;
  /** Where a name of the site leads to, for a proxy that resolves by itself. */
  addressOf(fqdn: string): string | null;
  /** A front before or instead of a registry, with a certificate of the lab's CA where none is given. */
  front(name: string, answer: Parameters<typeof broken.httpsFront>[2], tls?: KeyPair): Promise<Host>;
  /** Starts the nameserver with every name known by now. */
  serveNames(): Promise<void>;
  stop(): Promise<void>;
};

const chooseBlock = (): string => {
  const part = (low: number, high: number): number => low + (randomBytes(2).readUInt16BE() % (high - low));
  return `127.${part(20, 250)}.${part(1, 255)}`;
};

const pushImages = async (registry: Registry): Promise<void> => {
  const app = buildImage('app', 'an image of the fault lab\n');
  for (const repository of ['app', 'library/app']) await registry.push(repository, 'v1', app);
  for (const tag of ['1.4.2', '1.4.3']) await registry.push('team/api', tag, app);
  const foreign = { os: 'linux', architecture: hostPlatform().architecture === 's390x' ? 'amd64' : 's390x' };
  const image = buildImage('app', 'an image for another machine\n', foreign);
  await registry.push('multi', image.digest, image);
  await registry.push('multi', 'v1', buildIndex(image, foreign));
  // Layers of their own, so that no other fault's pull has them in place already.
  for (const name of ['cut', 'changed', 'lost', 'stuck', 'cdnbad', 'cdndrop', 'cdnlocal', 'cdn403', 'cdnsound'])
    await registry.push(name, 'v1', buildImage('app', `the layer of ${name}\n`));
  await registry.push('large', 'v1', buildImage('app', randomBytes(12_000_000).toString('base64')));
};

/** Starts what all faults share; nodes come on top. */
export const startSite = async (): Promise<Site> => {
  await removeLeftovers();
  await using undo = new AsyncDisposableStack();
  const deferOn =
    (stack: AsyncDisposableStack): Site['defer'] =>
    step =>
      stack.defer(async () => {
        await step();
      });
  const defer = deferOn(undo);
  const dir = await claimFolder(randomBytes(4).toString('hex'));
  defer(() => rm(dir, { recursive: true, force: true }));
  const firewall = startFirewall(dir);
  defer(() => firewall.stop());
  const block = chooseBlock();
  const files = join(dir, 'hosts');
  await mkdir(files);
  const port = await freePort(`${block}.1`, [443, 10_443, 20_443, 30_443]);
  const ca = await createAuthority(join(files, 'ca'), 'Lab Root');
  const stranger = await createAuthority(join(files, 'stranger'), 'Unknown Root');
  const names = new Map<string, string>();
  let next = 0;
  const host: Site['host'] = (name, { resolves = true } = {}) => {
    next += 1;
    const made = { name, fqdn: `${name}.lab.test`, address: `${block}.${next}` };
    if (resolves) names.set(made.fqdn, made.address);
    return made;
  };
  const at = (name: string): string => `${name}.lab.test${port === 443 ? '' : `:${port}`}`;
  const registryAt = async (name: string, passwords?: string): Promise<{ registry: Registry; made: Host }> => {
    const made = host(name);
    const tls = await ca.issue(made.fqdn);
    const given = { dir: files, name: made.fqdn, listen: made.address, port, tls, ca: ca.pem };
    const registry = await startRegistry({ ...given, ...(passwords === undefined ? {} : { htpasswd: passwords }) });
    defer(() => registry.daemon.stop());
    return { registry, made };
  };
  const { registry, made } = await registryAt('good');
  await registryAt('auth', htpasswd);
  await pushImages(registry);
  const nameserver = `${block}.253`;
  const stack = undo.move();
  return {
    ...{ dir, block, port, ca, stranger, firewall, registry, nameserver, host, at },
    sound: { host: made.address, port, name: made.fqdn, ca: ca.pem },
    defer: deferOn(stack),
    addressOf: fqdn => names.get(fqdn) ?? null,
    async front(name, answer, tls) {
      const put = host(name);
      const own = tls ?? (await ca.issue(put.fqdn));
      const front = await broken.httpsFront({ host: put.address, port }, own, answer);
      stack.defer(() => front.stop());
      return put;
    },
    async serveNames() {
      const silent = `${block}.254`;
      await firewall.drop(silent);
      const delegated = { 'servfail.lab.test': '#', 'dnsdrop.lab.test': silent };
      const dns = await startDns({ dir: files, listen: nameserver, names: Object.fromEntries(names), delegated });
      stack.defer(() => dns.stop());
    },
    stop: () => stack.disposeAsync(),
  };
};
