import { createServer as createHttpServer } from 'node:http';
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { createServer as createHttpsServer, request as httpsRequest } from 'node:https';
import { createServer as createTcpServer } from 'node:net';
import type { Server } from 'node:net';
import { once } from 'node:events';
import type { KeyPair } from './tls.ts';

/** Something that listens where a registry should, and the way to stop it. */
export type Front = { stop(): Promise<void> };

export type Address = { host: string; port: number };

/** The sound registry that most fronts stand before. */
export type Upstream = Address & { name: string; ca: string };

/** Starts any server at an address; stopping it also ends its connections. */
export const listening = async (server: Server, at: Address): Promise<Front> => {
  const sockets = new Set<{ destroy(): void }>();
  server.on('connection', socket => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket)).on('error', () => undefined);
  });
  server.listen(at.port, at.host);
  await once(server, 'listening');
  return {
    async stop() {
      const closed = once(server, 'close');
      server.close();
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
};

/** Answers over TLS, whatever is asked. */
export const httpsFront = (at: Address, tls: KeyPair, answer: RequestListener): Promise<Front> =>
  listening(createHttpsServer({ key: tls.key, cert: tls.cert }, answer), at);

/** Answers without TLS. */
export const httpFront = (at: Address, answer: RequestListener): Promise<Front> =>
  listening(createHttpServer(answer), at);

/** Accepts, waits for the first bytes (a TLS ClientHello), and resets the connection. */
export const resettingFront = (at: Address): Promise<Front> =>
  listening(
    createTcpServer(socket => {
      socket.on('error', () => undefined).once('data', () => socket.resetAndDestroy());
    }),
    at,
  );

/** Passes everything on to the sound registry. */
export const passOn =
  (to: Upstream): RequestListener =>
  (request, response) => {
    forward(request, response, to);
  };

const forward = (request: IncomingMessage, response: ServerResponse, to: Upstream): void => {
  const options = {
    host: to.host,
    port: to.port,
    servername: to.name,
    ca: to.ca,
    method: request.method,
    path: request.url,
    headers: { ...request.headers, host: to.name },
  };
  const passed = httpsRequest(options, answer => {
    response.writeHead(answer.statusCode ?? 502, answer.headers);
    answer.pipe(response);
  });
  passed.on('error', () => response.destroy());
  request.pipe(passed);
};

/** A registry whose blobs are at another host, as with a CDN or an object store. */
export const blobsElsewhere =
  (to: Upstream, blobHost: string): RequestListener =>
  (request, response) => {
    if (request.url?.includes('/blobs/') !== true) forward(request, response, to);
    else response.writeHead(307, { location: `https://${blobHost}${request.url}` }).end();
  };

/** A registry that has had enough, in Docker Hub's words. */
export const tooMany: RequestListener = (_request, response) => {
  const errors = [{ code: 'TOOMANYREQUESTS', message: 'You have reached your pull rate limit.' }];
  response.writeHead(429, { 'content-type': 'application/json', 'retry-after': '60' }).end(JSON.stringify({ errors }));
};

/** A load balancer without a back end. */
export const unavailable: RequestListener = (_request, response) => {
  const page = '<html><body><h1>503 Service Unavailable</h1></body></html>';
  response.writeHead(503, { 'content-type': 'text/html' }).end(page);
};

/** A captive portal or a single-sign-on proxy: a page with status 200 for everything. */
export const signInPage: RequestListener = (_request, response) => {
  response.writeHead(200, { 'content-type': 'text/html' }).end('<html><body>Please sign in</body></html>');
};

/** A registry with a token service that gives anybody a token, which is then not enough for this repository. */
export const tokenWithoutScope =
  (host: string): RequestListener =>
  (request, response) => {
    const url = new URL(request.url ?? '/', `https://${host}`);
    if (url.pathname === '/token') {
      response.writeHead(200, { 'content-type': 'application/json' }).end('{"token":"anonymous","expires_in":300}');
      return;
    }
    const repository = /^\/v2\/(.+)\/(?:manifests|blobs)\//.exec(url.pathname)?.[1];
    const scope = repository === undefined ? '' : `,scope="repository:${repository}:pull"`;
    const refused = request.headers.authorization === undefined ? '' : ',error="insufficient_scope"';
    const challenge = `Bearer realm="https://${host}/token",service="${host}"${scope}${refused}`;
    const errors = [{ code: 'UNAUTHORIZED', message: 'authentication required' }];
    response
      .writeHead(401, { 'content-type': 'application/json', 'www-authenticate': challenge })
      .end(JSON.stringify({ errors }));
  };
