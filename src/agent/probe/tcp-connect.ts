import { isIPv6 } from 'node:net';
import type { Check } from '../../model/check.ts';
import { hostPort, type Net } from './net.ts';
import { openTcp } from './open-tcp.ts';
import { beginCheck } from './outcome.ts';

/** Opens a connection to one address and closes it again. `otherFamily`: an IPv4 address is there as well. */
export const probeTcpConnect = async (
  { address, port, otherFamily }: { address: string; port: number; otherFamily: boolean },
  signal: AbortSignal,
  net: Net,
): Promise<Check> => {
  const check = beginCheck('tcp.connect');
  const to = hostPort(address, port);
  const facts = { address, port };
  const opened = await openTcp({ host: address, port }, signal, net);
  if (opened.ok) {
    opened.value.destroy();
    return check.pass(to, facts);
  }
  const { fault } = opened;
  // Most nodes have no IPv6, and Go goes on with IPv4 at once: nothing is broken, and nothing was tested.
  if (fault.code === 'tcp-unreachable' && isIPv6(address) && otherFamily)
    return check.fail({ code: 'no-ipv6', detail: `${to}: this node has no way out over IPv6` }, facts);
  const words = { 'tcp-refused': 'connection refused', 'tcp-timeout': 'no answer', 'tcp-unreachable': 'no route' };
  const detail = (words as Record<string, string>)[fault.code] ?? fault.detail;
  return check.fail({ ...fault, detail: `${to}: ${detail}` }, facts);
};
