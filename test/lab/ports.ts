import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';

/** Tries to listen; gives the port (the one that the system chose, for 0), or null where it is taken. */
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

/** The first of these ports that is free on the address; 0 stands for any. Throws where all are taken. */
export const freePort = async (host: string, wanted: readonly number[]): Promise<number> => {
  for (const port of wanted) {
    const free = await tryPort(host, port);
    if (free !== null) return free;
  }
  throw new Error(`no port is free on ${host}: tried ${wanted.join(', ')}`);
};
