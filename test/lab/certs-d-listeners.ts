import { createServer as createHttps } from 'node:https';
import { createServer as createHttp } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { TLSSocket } from 'node:tls';
import { createAuthority } from './tls.ts';
import type { Authority } from './tls.ts';

/** The names that listen, and whose authority signs them. */
export const listening = {
  'up.lab.test': 'one',
  'm1.lab.test': 'one',
  'm2.lab.test': 'two',
  'm3.lab.test': 'two',
  'registry-1.docker.io': 'one',
  localhost: 'one',
} as const;

export type ListeningName = keyof typeof listening;

/** Ports that speak TLS, and those that speak plain HTTP alone. */
export const tlsPorts = [443, 5000];
export const plainPorts = [80, 5001];

/**
 * What containerd was seen to do at one host: `https m1.lab.test:443 /v2`, `https … refused` where it did not accept the
 * certificate, `https … plain` where it tried TLS on a port without. `+client` and `+header` where it sent these.
 */
export type Contact = string;

export type Listeners = {
  readonly one: Authority;
  readonly two: Authority;
  address(name: ListeningName): string;
  /** What was seen since the last call, repetitions in a row left out; waits for handshakes whose end is not seen yet. */
  take(): Promise<Contact[]>;
  stop(): Promise<void>;
};

const prefixOf = (url = ''): string => url.replace(/\?.*$/, '').replace(/\/lib\/app\/(?:manifests|blobs)\/.*$/, '');

const answer = (request: IncomingMessage, response: ServerResponse): void => {
  request.resume();
  if (request.url === '/v2/') {
    response.end('{}');
    return;
  }
  response.writeHead(404, { 'content-type': 'application/json', 'docker-distribution-api-version': 'registry/2.0' });
  response.end(request.method === 'HEAD' ? undefined : '{"errors":[{"code":"MANIFEST_UNKNOWN","message":"none"}]}');
};

/**
 * Starts every name on its own loopback address and each port; all answer 404, so that the runtime asks the next, but for
 * `/v2/`, without which CRI-O goes no further. `shown` makes of a request's address what is seen of it.
 */
export const startListeners = async (dir: string, shown: (url?: string) => string = prefixOf): Promise<Listeners> => {
  const block = `127.${20 + Math.floor(Math.random() * 230)}.${1 + Math.floor(Math.random() * 254)}`;
  const [one, two] = await Promise.all([
    createAuthority(join(dir, 'one'), 'One'),
    createAuthority(join(dir, 'two'), 'Two'),
  ]);
  const names = Object.keys(listening) as ListeningName[];
  const address = (name: ListeningName): string => `${block}.${names.indexOf(name) + 1}`;
  let seen: Contact[] = [];
  const servers: Server[] = [];
  // A client that refuses a certificate is done before its alert is read here.
  let shaking = 0;
  const see = (contact: Contact): void => {
    if (seen.at(-1) !== contact) seen.push(contact);
  };
  const extras = (request: IncomingMessage): string => (request.headers['x-lab'] === undefined ? '' : ' +header');
  for (const name of names) {
    const pair = await (listening[name] === 'one' ? one : two).issue(name);
    for (const port of tlsPorts) {
      const options = { key: pair.key, cert: pair.cert, ca: one.pem, requestCert: true, rejectUnauthorized: false };
      const server = createHttps(options, (request, response) => {
        const { socket } = request;
        const client = socket instanceof TLSSocket && Object.keys(socket.getPeerCertificate()).length > 0;
        see(`https ${name}:${port} ${shown(request.url)}${client ? ' +client' : ''}${extras(request)}`);
        answer(request, response);
      });
      server.on('connection', () => (shaking += 1));
      server.on('secureConnection', () => (shaking -= 1));
      server.on('tlsClientError', error => {
        shaking -= 1;
        see(
          `${String((error as NodeJS.ErrnoException).code).includes('HTTP_REQUEST') ? 'http' : 'https'} ${name}:${port} refused`,
        );
      });
      server.listen(port, address(name));
      servers.push(server);
      await once(server, 'listening');
    }
    for (const port of plainPorts) {
      const server = createHttp((request, response) => {
        see(`http ${name}:${port} ${shown(request.url)}${extras(request)}`);
        answer(request, response);
      });
      server.on('clientError', (_error, socket) => {
        see(`https ${name}:${port} plain`);
        socket.end('HTTP/1.1 400 Bad Request\r\nconnection: close\r\n\r\n');
      });
      server.listen(port, address(name));
      servers.push(server);
      await once(server, 'listening');
    }
  }
  return {
    one,
    two,
    address,
    async take() {
      for (let looks = 0; shaking > 0 && looks < 500; looks += 1) await sleep(10);
      const taken = seen;
      seen = [];
      return taken;
    },
    async stop() {
      for (const server of servers) {
        server.closeAllConnections();
        server.close();
        await once(server, 'close');
      }
    },
  };
};
