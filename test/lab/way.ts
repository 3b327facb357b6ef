import { connect, createServer, type Socket } from 'node:net';
import { freePort } from './ports.ts';

/** What a way does with whoever takes it. */
type Manner =
  /** Leads to the server, each chunk so many milliseconds late. */
  | { kind: 'open'; port: number; delayMs: number }
  /** Says nothing and lets nothing through, as a firewall or a machine that hangs. */
  | { kind: 'silent' }
  /** Resets who comes, as a machine whose program is gone. */
  | { kind: 'reset' };

/** An address on loopback that leads to a server, and can be broken and led elsewhere while programs use it. */
export type Way = {
  readonly port: number;
  /** Leads to a port from now on; who took it before, or hung on it, is cut. */
  readonly open: (port: number, delayMs?: number) => void;
  readonly silence: () => void;
  readonly reset: () => void;
  readonly close: () => Promise<void>;
};

/** Opens a way that leads to a port of loopback. */
export const openWay = async (target: number): Promise<Way> => {
  let manner: Manner = { kind: 'open', port: target, delayMs: 0 };
  const sockets = new Set<Socket>();
  const hold = (socket: Socket): Socket => {
    sockets.add(socket);
    return socket.on('error', () => undefined).once('close', () => sockets.delete(socket));
  };
  const carry = (from: Socket, to: Socket, delayMs: number): void => {
    const later = (work: () => void): void => {
      if (delayMs === 0) work();
      else setTimeout(work, delayMs);
    };
    from.on('data', chunk => {
      later(() => {
        if (manner.kind === 'open' && to.writable) to.write(chunk);
      });
    });
    from.once('end', () => later(() => to.end()));
    from.once('close', () => to.destroy());
  };
  const server = createServer(socket => {
    hold(socket);
    if (manner.kind === 'reset') socket.resetAndDestroy();
    if (manner.kind !== 'open') return;
    const onward = hold(connect(manner.port, '127.0.0.1'));
    carry(socket, onward, manner.delayMs);
    carry(onward, socket, manner.delayMs);
  });
  const port = await freePort('127.0.0.1', [0]);
  await new Promise<void>(resolve => server.listen(port, '127.0.0.1', resolve));
  const cut = (): void => {
    // Not reset: Node then waits at its end, for ever, for what was still to be written.
    for (const socket of sockets) socket.destroy();
  };
  return {
    port,
    open: (to, delayMs = 0) => {
      manner = { kind: 'open', port: to, delayMs };
      cut();
    },
    silence: () => {
      manner = { kind: 'silent' };
    },
    reset: () => {
      manner = { kind: 'reset' };
      cut();
    },
    close: async () => {
      cut();
      await new Promise(resolve => server.close(resolve));
    },
  };
};
