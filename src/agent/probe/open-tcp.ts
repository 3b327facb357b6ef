import { once } from 'node:events';
import type { Socket } from 'node:net';
import { limits } from '../../model/limits.ts';
import { hostPort, withDeadline, type Net } from './net.ts';
import { got, type Got } from './outcome.ts';
import { abortFault, socketFault } from './socket-fault.ts';

/** A TCP connection to one address, within `limits.probeConnectMs`; the caller destroys it. */
export const openTcp = async (
  to: { host: string; port: number },
  signal: AbortSignal,
  net: Net,
): Promise<Got<Socket>> => {
  const what = hostPort(to.host, to.port);
  if (signal.aborted) return { ok: false, fault: abortFault(signal, 'tcp-timeout', what) };
  const socket = net.connect(to);
  // A later error reaches whoever uses the socket then; without a listener it would end the program.
  socket.on('error', () => undefined);
  try {
    await once(socket, 'connect', { signal: withDeadline(signal, limits.probeConnectMs) });
    return got(socket);
  } catch (error) {
    socket.destroy();
    const timedOut = (error as Error).name === 'AbortError';
    return { ok: false, fault: timedOut ? abortFault(signal, 'tcp-timeout', what) : socketFault(error) };
  }
};

/** The first of several connections that opens; the others are closed. Fails with the last address's fault. */
export const openFirst = async (
  addresses: readonly string[],
  port: number,
  signal: AbortSignal,
  net: Net,
): Promise<Got<Socket>> => {
  const rest = new AbortController();
  const either = AbortSignal.any([signal, rest.signal]);
  const tries = addresses.slice(0, limits.probeAddresses).map(host => openTcp({ host, port }, either, net));
  let last: Got<Socket> = { ok: false, fault: { code: 'dns-nodata', detail: 'no address to connect to' } };
  const winner = await new Promise<Got<Socket>>(resolve => {
    let open = tries.length;
    if (open === 0) resolve(last);
    for (const each of tries)
      void each.then(result => {
        open -= 1;
        if (!result.ok) last = result;
        if (result.ok || open === 0) resolve(result.ok ? result : last);
      });
  });
  rest.abort();
  for (const each of tries)
    void each.then(result => {
      if (result.ok && !(winner.ok && winner.value === result.value)) result.value.destroy();
    });
  return winner;
};
