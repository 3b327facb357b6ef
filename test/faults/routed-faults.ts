import { fails, type Fault, type Told, works } from './fault.ts';
import { startNode, type FaultNode } from './node.ts';
import { startRouted } from './routed.ts';
import type { Site } from './site.ts';

/** The names of these faults, for where they cannot be made. */
export const routedNames = ['routed', 'ipv6-broken', 'no-route', 'small-mtu'] as const;

/** Faults that need routes: MTU, IPv6, no route. */
export const routedFaults = async (site: Site): Promise<Fault[]> => {
  const routed = await startRouted(site);
  const { wide, narrow, serverAddress, droppedIpv6, unroutable } = routed;
  // Names enough that the server's certificate does not go through the narrow link in one packet.
  const altNames = ['far.lab.test', ...Array.from({ length: 80 }, (_, at) => `service-${at}.department.lab.test`)];
  const tls = await site.ca.issue('far.lab.test', { altNames: [...altNames, 'six.lab.test'] });
  await routed.serve('far', 443, tls);
  const on = async (name: string, network: number, hosts: string): Promise<FaultNode> => {
    const node = await startNode(site, name, { network, nameservers: [] });
    await node.namespace.write('/etc/hosts', hosts);
    for (const host of ['far', 'six', 'nowhere']) await node.certs(`${host}.lab.test/ca.crt`);
    return node;
  };
  const names = `${serverAddress} far.lab.test\n${serverAddress} six.lab.test\n${droppedIpv6} six.lab.test\n${unroutable} nowhere.lab.test\n`;
  const [wideNode, narrowNode] = [await on('wide', wide, names), await on('narrow', narrow, names)];
  const of = (name: (typeof routedNames)[number], truth: string, host: string, node = wideNode): Told => ({
    ...{ name, truth, node, image: `${host}.lab.test/app:v1` },
  });
  return [
    works(of('routed', 'sound, two networks away', 'far')),
    works(of('ipv6-broken', 'IPv6 packets are dropped, IPv4 works', 'six'), 'network-timeout'),
    fails(of('no-route', 'the router has no route to the registry', 'nowhere'), 'network-unreachable'),
    fails(of('small-mtu', 'the path takes 1200 bytes, and says so to nobody', 'far', narrowNode), 'network-timeout'),
  ];
};
