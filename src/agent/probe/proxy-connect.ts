import type { Check } from '../../model/check.ts';
import type { Proxy } from '../../parse/proxy-env.ts';
import { openProxy, openTunnel } from './open-proxy.ts';
import type { Net } from './net.ts';
import { beginCheck } from './outcome.ts';
import type { Resolver } from './resolver.ts';
import type { Trust } from './trust.ts';

type ProxyTarget = {
  proxy: Proxy;
  resolver: Resolver;
  trust: Trust;
  host: string;
  port: number;
  /** A plain HTTP host is not tunnelled to: its requests go to the proxy itself. */
  plain: boolean;
};

/** Reaches the host through containerd's proxy, as far as a tunnel (CONNECT); the proxy's own URL is shown without its user. */
export const probeProxyConnect = async (target: ProxyTarget, signal: AbortSignal, net: Net): Promise<Check> => {
  const check = beginCheck('proxy.connect');
  const { host, port, proxy, plain } = target;
  const facts = { proxy: proxy.shown, variable: proxy.variable, host, port };
  const opened = await (plain ? openProxy(target, signal, net) : openTunnel({ host, port }, target, signal, net));
  if (!opened.ok) return check.fail(opened.fault, facts);
  opened.value.destroy();
  return check.pass(`through ${proxy.shown} (${proxy.variable})`, facts);
};
