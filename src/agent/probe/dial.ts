import { BlockList, isIPv6, type Socket } from 'node:net';
import { proxyFor, type ProxyEnvironment } from '../../parse/proxy-env.ts';
import { endOf, type Net } from './net.ts';
import { openProxy, openTunnel } from './open-proxy.ts';
import { openFirst } from './open-tcp.ts';
import { openTls } from './open-tls.ts';
import { failed, got, type Got } from './outcome.ts';
import type { Resolver } from './resolver.ts';
import type { Trust } from './trust.ts';

/** How containerd gets to a host: its names, its proxy, its trust. */
export type Way = {
  resolver: Resolver;
  trust: Trust;
  proxyEnv: ProxyEnvironment;
  /** containerd itself does not verify certificates on this way. */
  skipVerify: boolean;
  net: Net;
};

/** An open way to a server; `proxied` where the other end of the connection is a proxy. */
export type Dialled = { socket: Socket; proxied: boolean };

const local = new BlockList();
local.addSubnet('127.0.0.0', 8, 'ipv4');
local.addSubnet('169.254.0.0', 16, 'ipv4');
local.addSubnet('0.0.0.0', 8, 'ipv4');
local.addAddress('::1', 'ipv6');
local.addAddress('::', 'ipv6');
local.addSubnet('fe80::', 10, 'ipv6');
local.addSubnet('::ffff:127.0.0.0', 104, 'ipv6');
local.addSubnet('::ffff:169.254.0.0', 112, 'ipv6');
local.addSubnet('::ffff:0.0.0.0', 104, 'ipv6');
// The same behind a translator of addresses (RFC 6052), and the metadata of a cloud that is not link-local.
local.addSubnet('64:ff9b::127.0.0.0', 104, 'ipv6');
local.addSubnet('64:ff9b::169.254.0.0', 112, 'ipv6');
local.addAddress('fd00:ec2::254', 'ipv6');

/** Whether an address is this node itself or its link: loopback, link-local (where clouds keep their metadata), unspecified. */
export const isLocalAddress = (address: string): boolean =>
  local.check(address.replace(/%.*$/, ''), isIPv6(address) ? 'ipv6' : 'ipv4');

/** Opens a connection for requests to this origin, TLS verified; `refuseLocal` keeps it away from the node's own addresses. */
export const dial = async (url: URL, way: Way, signal: AbortSignal, refuseLocal: boolean): Promise<Got<Dialled>> => {
  const { net, resolver, trust } = way;
  const to = endOf(url);
  const refused = failed('redirect-refused', `${to.host} is an address of this node itself`);
  const proxy = proxyFor(url.href, way.proxyEnv);
  const proxied = proxy !== null;
  let opened: Got<Socket>;
  if (proxy === null) {
    const resolved = await resolver.resolve(to.host, signal);
    if (!resolved.ok) return resolved;
    if (refuseLocal && resolved.value.addresses.some(isLocalAddress)) return refused;
    opened = await openFirst(resolved.value.addresses, to.port, signal, net);
  } else {
    if (refuseLocal && resolver.known(to.host)?.addresses.some(isLocalAddress) === true) return refused;
    const through = { proxy, resolver, trust };
    opened = await (url.protocol === 'http:' ? openProxy(through, signal, net) : openTunnel(to, through, signal, net));
  }
  if (!opened.ok) return opened;
  if (url.protocol === 'http:') return got({ socket: opened.value, proxied });
  const session = await openTls(opened.value, { host: to.host, trust }, signal, net);
  if (!session.ok) return session;
  const [fault] = session.value.faults;
  if (fault === undefined || way.skipVerify) return got({ socket: session.value.socket, proxied });
  session.value.socket.destroy();
  return { ok: false, fault };
};
