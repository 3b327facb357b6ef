import { once } from 'node:events';
import { isIP, type Socket } from 'node:net';
import { connect, type TLSSocket } from 'node:tls';
import type { X509Certificate } from 'node:crypto';
import { limits } from '../../model/limits.ts';
import { chainFaults, chainOf } from './certificates.ts';
import { withDeadline, type Net } from './net.ts';
import { got, type Fault, type Got } from './outcome.ts';
import { abortFault, socketFault } from './socket-fault.ts';
import type { Trust } from './trust.ts';

/** A finished handshake: the socket may be used only where `faults` is empty, or where containerd itself does not verify. */
export type TlsSession = { socket: TLSSocket; chain: X509Certificate[]; faults: Fault[] };

/**
 * A TLS handshake over a connection, within `limits.probeTlsMs`. Verification does not end it, so that the chain is there to
 * be shown; what it says is in `faults`, and nothing has been sent yet. The socket is destroyed on failure.
 */
export const openTls = async (
  socket: Socket,
  { host, trust }: { host: string; trust: Trust },
  signal: AbortSignal,
  net: Net,
): Promise<Got<TlsSession>> => {
  const secured = connect({
    socket,
    ...(isIP(host) === 0 ? { servername: host.replace(/\.$/, '') } : {}),
    secureContext: trust.context,
    minVersion: 'TLSv1.2',
    ALPNProtocols: ['http/1.1'],
    rejectUnauthorized: false,
    // Names are compared below, by Go's rules, so that all that is wrong is seen and not only the first.
    checkServerIdentity: () => undefined,
  });
  secured.on('error', () => undefined);
  try {
    await once(secured, 'secureConnect', { signal: withDeadline(signal, limits.probeTlsMs) });
    const chain = chainOf(secured);
    const error = secured.authorized ? null : String(secured.authorizationError);
    return got({
      socket: secured,
      chain,
      faults: chainFaults(chain, { host, authorizationError: error, now: net.now() }),
    });
  } catch (error) {
    secured.destroy();
    socket.destroy();
    const timedOut = (error as Error).name === 'AbortError';
    return { ok: false, fault: timedOut ? abortFault(signal, 'tls-timeout', host) : socketFault(error) };
  }
};

/** A record that looks like TLS and is none: enough to have an HTTP server say that it is one, and no request. */
const notARequest = Buffer.from([0x16, 0x03, 0x01, 0x00, 0x04, 0x01, 0x00, 0x00, 0x00, 0x0d, 0x0a, 0x0d, 0x0a]);

/** Whether what listens answers with `HTTP/`, as containerd looks at it when a handshake fails. Destroys the socket. */
export const answersHttp = async (socket: Socket, signal: AbortSignal): Promise<boolean> => {
  try {
    socket.write(notARequest);
    const [first] = (await once(socket, 'data', { signal: withDeadline(signal, limits.probeTlsMs) })) as [Buffer];
    return first.toString('latin1').startsWith('HTTP/');
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
};
