import { request, type IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { limits } from '../../model/limits.ts';
import { parseGoUrl } from '../../parse/go-url.ts';
import type { Proxy } from '../../parse/proxy-env.ts';
import { endOf, hostPort, withDeadline, type Net } from './net.ts';
import { openFirst } from './open-tcp.ts';
import { openTls } from './open-tls.ts';
import { failed, got, type Fault, type Got } from './outcome.ts';
import type { Resolver } from './resolver.ts';
import { abortFault, socketFault } from './socket-fault.ts';
import type { Trust } from './trust.ts';

/** What is needed to reach a host through a proxy. */
export type ProxyWay = { proxy: Proxy; resolver: Resolver; trust: Trust };

/** The `Proxy-Authorization` that Go makes of the user and password in a proxy's URL; null where it has none. A secret. */
export const proxyAuthorization = ({ connect }: Proxy): string | null => {
  const userInfo = parseGoUrl(connect)?.userInfo ?? null;
  if (userInfo === null) return null;
  const colon = userInfo.indexOf(':');
  const [user, password] = colon < 0 ? [userInfo, ''] : [userInfo.slice(0, colon), userInfo.slice(colon + 1)];
  const decode = (text: string): string => {
    try {
      return decodeURIComponent(text);
    } catch {
      return text;
    }
  };
  return `Basic ${Buffer.from(`${decode(user)}:${decode(password)}`).toString('base64')}`;
};

const unreachable = (fault: Fault, shown: string): Fault =>
  fault.code === 'cancelled'
    ? fault
    : { code: 'proxy-unreachable', detail: `${shown}: ${fault.detail}`, facts: { reason: fault.code } };

/** A connection to the proxy itself; to an `https://` proxy over TLS. */
export const openProxy = async (way: ProxyWay, signal: AbortSignal, net: Net): Promise<Got<Socket>> => {
  const { connect, shown } = way.proxy;
  const url = URL.parse(connect);
  if (url !== null && /^socks5h?:$/.test(url.protocol))
    return failed('proxy-socks', `${shown}: containerd goes through a SOCKS proxy, which check does not speak to`);
  if (url === null || !/^https?:$/.test(url.protocol)) return failed('proxy-invalid', `${shown}: not an address`);
  const { host, port } = endOf(url);
  const resolved = await way.resolver.resolve(host, signal);
  if (!resolved.ok) return { ok: false, fault: unreachable(resolved.fault, shown) };
  const opened = await openFirst(resolved.value.addresses, port, signal, net);
  if (!opened.ok) return { ok: false, fault: unreachable(opened.fault, shown) };
  if (url.protocol === 'http:') return opened;
  const secured = await openTls(opened.value, { host, trust: way.trust }, signal, net);
  if (!secured.ok) return { ok: false, fault: unreachable(secured.fault, shown) };
  const [fault] = secured.value.faults;
  if (fault === undefined) return got(secured.value.socket);
  secured.value.socket.destroy();
  return { ok: false, fault: unreachable(fault, shown) };
};

const refusal = (status: number, proxy: Proxy): Fault => {
  const { shown } = proxy;
  if (status !== 407)
    return { code: 'proxy-refused', detail: `${shown} answers ${status} to CONNECT`, facts: { status } };
  const wants = proxyAuthorization(proxy) === null ? 'wants credentials' : 'refuses the user and password of its URL';
  return { code: 'proxy-auth-required', detail: `${shown} ${wants} (407)`, facts: { status } };
};

/** A tunnel (CONNECT) through the proxy to a host; the proxy alone gets the user and password of its URL, as from containerd. */
export const openTunnel = async (
  to: { host: string; port: number },
  way: ProxyWay,
  signal: AbortSignal,
  net: Net,
): Promise<Got<Socket>> => {
  const opened = await openProxy(way, signal, net);
  if (!opened.ok) return opened;
  const target = hostPort(to.host, to.port);
  const socket = opened.value;
  const deadline = withDeadline(signal, limits.probeHttpMs);
  const secret = proxyAuthorization(way.proxy);
  const asked = request({
    method: 'CONNECT',
    path: target,
    headers: {
      ...{ host: target, connection: 'keep-alive' },
      ...(secret === null ? {} : { 'proxy-authorization': secret }),
    },
    // Without an agent: one, even `false`, would open a connection of its own.
    createConnection: () => socket,
    maxHeaderSize: limits.probeHeaderBytes,
    signal: deadline,
  });
  const outcome = await new Promise<Got<Socket>>(resolve => {
    const answer = (response: IncomingMessage): void => {
      const status = response.statusCode ?? 0;
      resolve(status >= 200 && status < 300 ? got(socket) : { ok: false, fault: refusal(status, way.proxy) });
    };
    asked.on('connect', answer).on('response', answer);
    asked.on('error', error => {
      const { code, detail } = socketFault(error);
      const malformed = code === 'http-malformed' ? 'proxy-malformed' : 'proxy-refused';
      const fault: Fault = { code: malformed, detail: `${way.proxy.shown}: ${detail}` };
      resolve({ ok: false, fault: deadline.aborted ? abortFault(signal, 'proxy-timeout', way.proxy.shown) : fault });
    });
    asked.end();
  });
  if (!outcome.ok) socket.destroy();
  return outcome;
};
