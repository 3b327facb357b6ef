import * as broken from '../lab/broken.ts';
import { startDaemon, startReady } from '../lab/process.ts';
import { Resolver } from 'node:dns/promises';
import { fails, type Fault, type Told, works } from './fault.ts';
import { startNode, type FaultNode } from './node.ts';
import type { Site } from './site.ts';

/** Names and addresses, as every node of the site meets them. */
export const pathFaults = async (site: Site, node: FaultNode): Promise<Fault[]> => {
  const dropped = site.host('drop');
  await site.firewall.drop(dropped.address);
  site.host('refused');
  const zone = site.at('good').slice('good'.length);
  const of = (name: string, truth: string, image: string): Told => ({ name, truth, node, image });
  return [
    fails(of('nxdomain', 'no such name', `nosuchhost${zone}/app:v1`), 'dns-failure'),
    fails(of('servfail', 'the nameserver refuses the zone', `a.servfail${zone}/app:v1`), 'dns-failure'),
    fails(of('dnsdrop', 'the zone’s nameserver is silent', `a.dnsdrop${zone}/app:v1`), 'dns-failure'),
    fails(of('short', 'a short name: Docker Hub, which the nameserver refuses', 'nginx:1.27'), 'dns-failure'),
    fails(of('refused', 'nothing listens', `${site.at('refused')}/app:v1`), 'network-unreachable'),
    fails(of('dropped', 'packets are dropped', `${site.at('drop')}/app:v1`), 'network-timeout'),
  ];
};

/** A nameserver with these dnsmasq lines. */
const startLiar = async (site: Site, address: string, lines: readonly string[]): Promise<void> => {
  const own = [
    'no-resolv',
    'no-hosts',
    'bind-interfaces',
    `listen-address=${address}`,
    'user=root',
    'group=root',
    'pid-file=',
  ];
  const options = [...own, ...lines].map(line => `--${line}`);
  const resolver = new Resolver({ timeout: 500, tries: 1 });
  resolver.setServers([address]);
  const answers = (): Promise<boolean> =>
    resolver.resolve4('probe.lab.test').then(
      () => true,
      (error: unknown) => !['ETIMEOUT', 'ECONNREFUSED'].includes((error as NodeJS.ErrnoException).code ?? ''),
    );
  const start = (): ReturnType<typeof startDaemon> =>
    startDaemon(['dnsmasq', '--keep-in-foreground', '--conf-file=/dev/null', ...options]);
  const daemon = await startReady(`dnsmasq on ${address}`, start, answers);
  site.defer(() => daemon.stop());
};

/** Nodes with several nameservers, one of which is dead, refuses, or lies. */
export const nameserverFaults = async (site: Site): Promise<Fault[]> => {
  const address = (last: number): string => `${site.block}.${last}`;
  const [dead, closed, refusing, denying, lying, portal] = [200, 201, 202, 203, 204, 205].map(address) as [
    string,
    string,
    string,
    string,
    string,
    string,
  ];
  await site.firewall.drop(dead);
  await startLiar(site, refusing, []);
  await startLiar(site, denying, ['local=/lab.test/']);
  await startLiar(site, lying, [`address=/lab.test/${portal}`]);
  const front = await broken.httpsFront(
    { host: portal, port: site.port },
    await site.ca.issue('portal.lab.test'),
    broken.signInPage,
  );
  site.defer(() => front.stop());
  const good = site.nameserver;
  const on = async (name: string, nameservers: readonly string[], truth: string): Promise<Told> => {
    const node = await startNode(site, name, { nameservers });
    await node.certs(`${site.at('good')}/ca.crt`);
    return { name, truth, node, image: `${site.at('good')}/app:v1` };
  };
  return [
    works(await on('dns-first-dead', [dead, good], 'the first of two nameservers is silent'), 'dns-failure'),
    works(await on('dns-second-dead', [good, dead], 'the second of two nameservers is silent'), 'dns-failure'),
    works(
      await on('dns-first-closed', [closed, good], 'nothing listens at the first of two nameservers'),
      'dns-failure',
    ),
    works(
      await on('dns-first-refuses', [refusing, good], 'the first of two nameservers refuses the zone'),
      'dns-failure',
    ),
    fails(
      await on('dns-first-denies', [denying, good], 'the first of two nameservers says that there is no such name'),
      'dns-failure',
    ),
    fails(
      await on('dns-all-dead', [dead, closed], 'of two nameservers one is silent, and nothing listens at the other'),
      'dns-failure',
    ),
    fails(
      await on('dns-lies', [lying], 'the nameserver gives every name a portal’s address'),
      'tls-name-mismatch',
      'dns-failure',
    ),
  ];
};
