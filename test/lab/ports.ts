import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';

/** Tries to listen; gives the port, or null where it is taken. */
const tryPort = (host: string, port: number): Promise<number | null> =>
  new Promise((resolve, reject) => {
    const server = createServer();
    server.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRINUSE') resolve(null);
      else reject(error);
    });
    server.listen(port, host, () => {
      const taken = (server.address() as AddressInfo).port;
      server.close(() => resolve(taken));
    });
  });

/**
 * A port that the kernel gives to nobody by itself: those from 32768 on may become the near end of any connection, or
 * another test's server, as soon as they are free.
 */
const chosenPort = (): number => 10_000 + Math.floor(Math.random() * 20_000);

/** The first of these ports that is free on the address; 0 stands for any. Throws where all are taken. */
export const freePort = async (host: string, wanted: readonly number[]): Promise<number> => {
  const ports = wanted.flatMap(port => (port === 0 ? Array.from({ length: 20 }, chosenPort) : [port]));
  for (const port of ports) {
    const free = await tryPort(host, port);
    if (free !== null) return free;
  }
  throw new Error(`no port is free on ${host}: tried ${wanted.join(', ')}`);
};
