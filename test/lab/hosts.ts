import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Box } from './box.ts';
import * as broken from './broken.ts';
import { startDns } from './dns.ts';
import { buildImage, buildIndex, hostPlatform } from './image.ts';
import type { Manifest } from './image.ts';
import { freePort } from './ports.ts';
import { startRegistry } from './registry.ts';
import type { Registry } from './registry.ts';
import { createAuthority } from './tls.ts';
import type { Authority, KeyPair } from './tls.ts';

/** The one account of the private registry; the second line is its bcrypt form, which only that registry reads. */
export const account = { username: 'robot', password: 'right-password' };
const htpasswd = `${account.username}:$2y$05$ZED/eCJey62H7Lj32gNf9eOwbcIqKKt9t3vhT3khve8473JS/2H4q`;

/** Names below `lab.test` that resolve, each to an address of its own, in this order. */
const hostNames = [
  'good',
  'auth',
  'unkca',
  'name',
  'expired',
  'plain',
  'refused',
  'drop',
  'reset',
  'rate',
  'e503',
  'token',
  'cdn',
  'blockedcdn',
  'page',
  'badca',
  'mirrored',
  'mirror',
] as const;

export type HostName = (typeof hostNames)[number];

/** The registries of the lab, sound and broken, on loopback addresses that are ours. */
export type Hosts = {
  /** `good.lab.test`, or with the port where 443 is taken on this machine. */
  name(host: HostName): string;
  address(host: HostName): string;
  /** The sound registry: what is pushed here is there behind every front that passes on. */
  readonly registry: Registry;
};

export type HostsOptions = { box: Box; defer: (undo: () => Promise<void>) => void };

/** A block of loopback addresses, by chance, so that two labs do not meet. */
const chooseBlock = (): string => {
  const part = (low: number, high: number): number => low + Math.floor(Math.random() * (high - low));
  return `127.${part(20, 250)}.${part(1, 255)}`;
};

const fqdn = (host: HostName): string => `${host}.lab.test`;

type Site = {
  box: Box;
  block: string;
  port: number;
  files: string;
  ca: Authority;
  defer: HostsOptions['defer'];
};

const addressIn = (block: string, host: HostName): string => `${block}.${hostNames.indexOf(host) + 1}`;
const suffix = (port: number): string => (port === 443 ? '' : `:${port}`);

/**
 * certs.d: `ca.crt` alone where that is enough, since hosts.toml needs a `[host]` table before containerd 2 and then
 * names the upstream twice; hosts.toml for the mirror, and for the CA file that is not there.
 */
const writeCertsD = async ({ box, port, ca }: Site): Promise<void> => {
  const toml = (upstream: string, host: string, file: string): string =>
    `server = "https://${upstream}"\n\n[host."https://${host}"]\n  ca = "${file}"\n`;
  for (const host of hostNames) {
    if (host === 'unkca') continue;
    const name = fqdn(host) + suffix(port);
    const dir = `/etc/containerd/certs.d/${name}`;
    await box.namespace.write(`${dir}/ca.crt`, ca.pem);
    if (host === 'badca') await box.namespace.write(`${dir}/hosts.toml`, toml(name, name, 'not-there.crt'));
    if (host !== 'mirrored') continue;
    const upstream = `ca = "ca.crt"\n${toml(name, fqdn('mirror') + suffix(port), 'ca.crt')}`;
    await box.namespace.write(`${dir}/hosts.toml`, upstream);
  }
};

/** Every image of the lab, under the names that the scenarios use. */
const pushImages = async (registry: Registry): Promise<void> => {
  const app = buildImage('app', 'an image of the lab\n');
  const repositories = ['app:v1', 'team/api:1.4.2', 'team/web:2.0', 'team/jobs:3.1', 'team/cron:1.0', 'library/app:v1'];
  const push = async (name: string, manifest: Manifest): Promise<void> => {
    const [repository = '', tag = ''] = name.split(':');
    await registry.push(repository, tag, manifest);
  };
  for (const name of repositories) await push(name, app);
  await push('cdnapp:v1', buildImage('app', 'an image whose layer is elsewhere\n'));
  const foreign = { os: 'linux', architecture: hostPlatform().architecture === 's390x' ? 'amd64' : 's390x' };
  const image = buildImage('app', 'an image for another machine\n', foreign);
  await registry.push('multi', image.digest, image);
  await push('multi:v1', buildIndex(image, foreign));
};

/** The fronts: each stands at its own address and breaks the path in its own way. */
const startFronts = async (site: Site, sound: broken.Upstream): Promise<void> => {
  const { block, port, ca, files, defer } = site;
  const stranger = await createAuthority(join(files, 'stranger'), 'Unknown Root');
  const at = (host: HostName): broken.Address => ({ host: addressIn(block, host), port });
  const pass = broken.passOn(sound);
  const tls = (host: HostName): Promise<KeyPair> => ca.issue(fqdn(host));
  const fronts = [
    broken.httpsFront(at('unkca'), await stranger.issue(fqdn('unkca')), pass),
    broken.httpsFront(at('name'), await ca.issue('other.lab.test'), pass),
    broken.httpsFront(at('expired'), await ca.issue(fqdn('expired'), { days: -2 }), pass),
    broken.httpFront(at('plain'), pass),
    // Sound behind their firewall rules: the pull heals when the rule goes.
    broken.httpsFront(at('drop'), await tls('drop'), pass),
    broken.httpsFront(at('blockedcdn'), await tls('blockedcdn'), pass),
    broken.resettingFront(at('reset')),
    broken.httpsFront(at('rate'), await tls('rate'), broken.tooMany),
    broken.httpsFront(at('e503'), await tls('e503'), broken.unavailable),
    broken.httpsFront(at('token'), await tls('token'), broken.tokenWithoutScope(fqdn('token') + suffix(port))),
    broken.httpsFront(at('cdn'), await tls('cdn'), broken.blobsElsewhere(sound, fqdn('blockedcdn') + suffix(port))),
    broken.httpsFront(at('page'), await tls('page'), broken.signInPage),
    broken.httpsFront(at('badca'), await tls('badca'), pass),
    broken.httpsFront(at('mirrored'), await tls('mirrored'), pass),
  ];
  for (const front of fronts) {
    const started = await front;
    defer(() => started.stop());
  }
};

/** Starts nameserver, registries and fronts, and sets the node of the box up to use them. Takes one to two seconds. */
export const startHosts = async ({ box, defer }: HostsOptions): Promise<Hosts> => {
  const block = chooseBlock();
  const files = join(box.dir, 'hosts');
  await mkdir(files);
  // A server of this machine that listens on every address has 443 here too: then another port will do.
  const port = await freePort(`${block}.1`, [443, 10_443, 20_443, 30_443]);
  const ca = await createAuthority(join(files, 'ca'), 'Lab Root');
  const site: Site = { box, block, port, files, ca, defer };
  const silent = `${block}.90`;
  for (const address of [addressIn(block, 'drop'), addressIn(block, 'blockedcdn'), silent])
    await box.firewall.drop(address);

  const dns = await startDns({
    dir: files,
    listen: `${block}.53`,
    names: Object.fromEntries(hostNames.map(host => [fqdn(host), addressIn(block, host)])),
    delegated: { 'servfail.lab.test': '#', 'dnsdrop.lab.test': silent },
  });
  defer(() => dns.stop());
  await box.namespace.write('/etc/resolv.conf', `nameserver ${block}.53\n`);
  await writeCertsD(site);

  const registryAt = async (host: 'good' | 'auth', passwords?: string): Promise<Registry> => {
    const started = await startRegistry({
      dir: files,
      name: fqdn(host),
      listen: addressIn(block, host),
      port,
      tls: await ca.issue(fqdn(host)),
      ca: ca.pem,
      ...(passwords === undefined ? {} : { htpasswd: passwords }),
    });
    defer(() => started.daemon.stop());
    return started;
  };
  const registry = await registryAt('good');
  await registryAt('auth', htpasswd);
  await pushImages(registry);
  await startFronts(site, { host: addressIn(block, 'good'), port, name: fqdn('good'), ca: ca.pem });
  return { name: host => fqdn(host) + suffix(port), address: host => addressIn(block, host), registry };
};
