import { randomBytes, randomInt } from 'node:crypto';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { proxyFront, type ProxyRule } from '../test/faults/fronts.ts';
import type { Upstream } from '../test/lab/broken.ts';
import { startDns } from '../test/lab/dns.ts';
import { startFirewall, type Firewall } from '../test/lab/firewall.ts';
import { buildImage } from '../test/lab/image.ts';
import { claimFolder, removeLeftovers } from '../test/lab/leftovers.ts';
import { freePort } from '../test/lab/ports.ts';
import { startRegistry } from '../test/lab/registry.ts';
import { createAuthority, type Authority, type KeyPair } from '../test/lab/tls.ts';

/** A registry of one outage: a name and a loopback address of its own. */
export type OutageHost = {
  fqdn: string;
  address: string;
  /** As it stands in an image's name. */
  at: string;
};

/** What all nodes of a run share: a registry behind many addresses, names, a proxy, two CAs and the packet filter. */
export type RecoverSite = {
  dir: string;
  port: number;
  /** The CA that nodes have, and one that they do not; a certificate for every host by each. */
  ca: Authority;
  tls: KeyPair;
  stranger: Authority;
  strangeTls: KeyPair;
  firewall: Firewall;
  /** The registry itself, which no node asks directly. */
  sound: Upstream;
  /** Images that a node may have had before. */
  earlierImages: readonly string[];
  nameserver: string;
  proxyUrl: string;
  /** What the proxy does with hosts that it does not lead to. */
  proxyRules: Map<string, ProxyRule>;
  /** A new host; without a name it is not known to the nameserver. */
  host(label: string, options?: { named?: boolean }): Promise<OutageHost>;
  /** Tells the nameserver a name, which it knows from then on. */
  tellName(host: OutageHost): Promise<void>;
  /** Leaves a host's name to a nameserver of its own, whose address this is. Before `serveNames`. */
  delegate(host: OutageHost): string;
  /** Starts the nameservers; those of single hosts are silent until the packet filter lets them be asked. */
  serveNames(): Promise<void>;
  defer(undo: () => Promise<unknown>): void;
  stop(): Promise<void>;
};

/** Of an image's one layer, compressed. */
const layerBytes = 750_000;
const proxyPort = 3128;

/** Starts it with images `app-0:v1` to `app-<images - 1>:v1`, no two of which share a layer. */
export const startRecoverSite = async (images: number): Promise<RecoverSite> => {
  await removeLeftovers();
  await using undo = new AsyncDisposableStack();
  const dir = await claimFolder(randomBytes(4).toString('hex'));
  undo.defer(() => rm(dir, { recursive: true, force: true }));
  const firewall = startFirewall(dir);
  undo.defer(() => firewall.stop());
  const [first, second] = [randomInt(20, 250), randomInt(1, 240)];
  let used = 0;
  const address = (): string => {
    used += 1;
    return `127.${first}.${second + Math.floor(used / 250)}.${1 + (used % 250)}`;
  };
  const [hostsDir, zones, files] = ['names', 'zones', 'registry'].map(name => join(dir, name)) as [
    string,
    string,
    string,
  ];
  for (const folder of [hostsDir, zones, files]) await mkdir(folder);
  const own = address();
  const port = await freePort(own, [443, 10_443, 20_443, 30_443]);
  const ca = await createAuthority(join(files, 'ca'), 'Lab Root');
  const stranger = await createAuthority(join(files, 'stranger'), 'Unknown Root');
  const tls = await ca.issue('all.lab.test', { altNames: ['*.lab.test'] });
  const strangeTls = await stranger.issue('all.lab.test', { altNames: ['*.lab.test'] });

  const name = 'sound.lab.test';
  const registry = await startRegistry({ dir: files, name, listen: own, port, tls, ca: ca.pem });
  undo.defer(() => registry.daemon.stop());
  const earlierImages = ['earlier:v1', 'earlier:v2', 'earlier:v3'];
  for (const image of [...Array.from({ length: images }, (_none, at) => `app-${at}:v1`), ...earlierImages]) {
    const [repository = '', tag = ''] = image.split(':');
    await registry.push(repository, tag, buildImage('app', randomBytes(layerBytes).toString('base64')));
  }

  const addresses = new Map<string, string>();
  const delegated = new Map<string, string>();
  const proxyRules = new Map<string, ProxyRule>();
  const proxy = address();
  const rule = (fqdn: string): ProxyRule => proxyRules.get(fqdn) ?? { to: addresses.get(fqdn) ?? own };
  const proxying = await proxyFront({ host: proxy, port: proxyPort }, rule);
  undo.defer(() => proxying.stop());
  const nameserver = address();

  const tellName = async ({ fqdn, address: to }: OutageHost): Promise<void> => {
    // In one step, so that the nameserver never reads half of it.
    await writeFile(join(dir, fqdn), `${to} ${fqdn}\n`);
    await rename(join(dir, fqdn), join(hostsDir, fqdn));
  };
  const stack = undo.move();
  const defer = (step: () => Promise<unknown>): void =>
    stack.defer(async () => {
      await step();
    });
  return {
    ...{ dir, port, ca, tls, stranger, strangeTls, firewall, nameserver, proxyRules, earlierImages, tellName, defer },
    sound: { host: own, port, name, ca: ca.pem },
    proxyUrl: `http://${proxy}:${proxyPort}`,
    async host(label, { named = true } = {}) {
      const fqdn = `${label}.lab.test`;
      const host = { fqdn, address: address(), at: port === 443 ? fqdn : `${fqdn}:${port}` };
      addresses.set(fqdn, host.address);
      if (named) await tellName(host);
      return host;
    },
    delegate({ fqdn }) {
      const zone = address();
      delegated.set(fqdn, zone);
      return zone;
    },
    async serveNames() {
      const [listen, ...alsoListen] = delegated.values();
      if (listen !== undefined) {
        const names = Object.fromEntries([...delegated.keys()].map(fqdn => [fqdn, addresses.get(fqdn) ?? '']));
        const dns = await startDns({ dir: zones, listen, alsoListen, names, delegated: {} });
        defer(() => dns.stop());
        for (const zone of delegated.values()) await firewall.drop(zone);
      }
      const names = { [name]: own };
      const all = { dir: files, listen: nameserver, names, hostsDir, delegated: Object.fromEntries(delegated) };
      const dns = await startDns(all);
      defer(() => dns.stop());
    },
    stop: () => stack.disposeAsync(),
  };
};
