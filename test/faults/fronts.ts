import { createServer, request, type ServerOptions } from 'node:https';
import type { IncomingHttpHeaders, IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { createServer as createHttpServer } from 'node:http';
import { connect, createServer as createTcpServer, type Socket } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { listening, type Address, type Front, type Upstream } from '../lab/broken.ts';

type Relayed = { status: number; headers: IncomingHttpHeaders; body: Buffer };

const ask = (to: Upstream, asked: IncomingMessage): Promise<Relayed> =>
  new Promise((resolve, reject) => {
    const { host, port, name: servername, ca } = to;
    const { method, url: path } = asked;
    const sent = request({ host, port, servername, ca, method, path, headers: { ...asked.headers, host: servername } });
    sent.on('error', reject).on('response', answer => {
      const { statusCode: status = 502, headers } = answer;
      buffer(answer).then(body => resolve({ status, headers, body }), reject);
    });
    sent.end();
  });

const isBlob = (url: string | undefined): boolean => url?.includes('/blobs/') === true;

/** The sound registry's answers, each changed on its way; null ends the answer there. */
const changing =
  (
    to: Upstream,
    change: (asked: IncomingMessage, answer: Relayed, response: ServerResponse) => void,
  ): RequestListener =>
  (asked, response) => {
    ask(to, asked).then(
      answer => change(asked, answer, response),
      () => response.destroy(),
    );
  };

const pass = ({ status, headers, body }: Relayed, response: ServerResponse): void => {
  response.writeHead(status, headers).end(body);
};

/** A registry whose clock is this much ahead. */
export const clockAhead = (to: Upstream, ms: number): RequestListener =>
  changing(to, (_asked, answer, response) => {
    pass({ ...answer, headers: { ...answer.headers, date: new Date(Date.now() + ms).toUTCString() } }, response);
  });

/** Config blobs pass, layers are spoilt: cut short, changed in one byte, gone, or stuck after the headers. */
export const spoilingLayers = (to: Upstream, how: 'cut' | 'changed' | 'lost' | 'stuck'): RequestListener =>
  changing(to, (asked, answer, response) => {
    const { status, headers, body } = answer;
    if (!isBlob(asked.url) || status >= 300) {
      pass(answer, response);
      return;
    }
    if (how === 'lost') {
      const errors = [{ code: 'BLOB_UNKNOWN', message: 'blob unknown to registry' }];
      response.writeHead(404, { 'content-type': 'application/json' }).end(JSON.stringify({ errors }));
      return;
    }
    if (how === 'changed') {
      const changed = Buffer.from(body);
      const middle = changed.length >> 1;
      changed[middle] = (changed[middle] ?? 0) ^ 0xff;
      pass({ status, headers, body: changed }, response);
      return;
    }
    // Whoever asks for the rest gets none of it, else it would be whole at last.
    if (how === 'cut' && !/^bytes=0-/.test(asked.headers.range ?? 'bytes=0-')) return void response.destroy();
    response.writeHead(status, headers);
    // One byte for whoever asked for one; of more, only a part ever comes.
    if (how === 'cut') response.write(body.subarray(0, Math.max(1, body.length >> 1)), () => response.destroy());
    else response.flushHeaders();
  });

/** A registry that hands its layers out by redirect to another URL, as with an object store. */
export const layersAt = (to: Upstream, base: string): RequestListener =>
  changing(to, (asked, answer, response) => {
    if (!isBlob(asked.url)) pass(answer, response);
    else response.writeHead(307, { location: `${base}${asked.url ?? ''}` }).end();
  });

/** The same answer to everything. */
export const always =
  (status: number, headers: Record<string, string>, body = ''): RequestListener =>
  (_asked, response) => {
    response.writeHead(status, headers).end(body);
  };

/** Takes every request and answers none. */
export const silent: RequestListener = () => undefined;

/** A sound registry that wants a token from this realm. */
export const wantsToken =
  (to: Upstream, realm: string): RequestListener =>
  (asked, response) => {
    if (asked.headers.authorization !== undefined) {
      changing(to, (_asked, answer, out) => pass(answer, out))(asked, response);
      return;
    }
    const repository = /^\/v2\/(.+)\/(?:manifests|blobs|tags)\//.exec(asked.url ?? '')?.[1];
    const scope = repository === undefined ? '' : `,scope="repository:${repository}:pull"`;
    response
      .writeHead(401, { 'www-authenticate': `Bearer realm="${realm}",service="lab"${scope}` })
      .end('{"errors":[{"code":"UNAUTHORIZED","message":"authentication required"}]}');
  };

/** A token service that gives anybody a token. */
export const givesToken = always(200, { 'content-type': 'application/json' }, '{"token":"anybody","expires_in":300}');

/** Like the sound registry, but manifests are served as this type with this body, by HEAD and GET. */
export const manifestOf = (to: Upstream, type: string, body: string): RequestListener =>
  changing(to, (asked, answer, response) => {
    if (asked.url?.includes('/manifests/') !== true) {
      pass(answer, response);
      return;
    }
    response.writeHead(200, { 'content-type': type, 'content-length': Buffer.byteLength(body) });
    response.end(asked.method === 'HEAD' ? '' : body);
  });

/** A front with TLS settings of its own: versions, client certificates. */
export const tlsFront = (at: Address, options: ServerOptions, answer: RequestListener): Promise<Front> =>
  listening(createServer(options, answer), at);

/** Accepts connections and says nothing. */
export const muteFront = (at: Address): Promise<Front> =>
  listening(
    createTcpServer(socket => void socket.on('error', () => undefined).resume()),
    at,
  );

/** What a proxy does with a CONNECT to a host: lead to an address, answer with a status (after a while), say nothing, or babble. */
export type ProxyRule = { to: string } | { status: number; afterMs?: number } | 'silence' | 'babble';

const reasons: Record<number, string> = {
  403: 'Forbidden',
  407: 'Proxy Authentication Required',
  502: 'Bad Gateway',
  504: 'Gateway Timeout',
};

const refusal = (status: number): string => {
  const wanted = status === 407 ? 'Proxy-Authenticate: Basic realm="lab"\r\n' : '';
  return `HTTP/1.1 ${status} ${reasons[status] ?? 'Error'}\r\n${wanted}Content-Length: 0\r\n\r\n`;
};

/** An HTTP proxy that does with each host what the rule says. */
export const proxyFront = (at: Address, ruleFor: (host: string) => ProxyRule): Promise<Front> => {
  const server = createHttpServer((_asked, response) => void response.writeHead(400).end());
  server.on('connect', (asked: IncomingMessage, client: Socket) => {
    client.on('error', () => undefined);
    const [host = '', port = '443'] = (asked.url ?? '').split(':');
    const rule = ruleFor(host);
    if (rule === 'silence') return;
    if (rule === 'babble') return void client.end('SSH-2.0-OpenSSH_9.2\r\n');
    if ('status' in rule) {
      const timer = setTimeout(() => client.end(refusal(rule.status)), rule.afterMs ?? 0);
      return void client.on('close', () => clearTimeout(timer));
    }
    const far = connect(Number(port), rule.to, () => {
      client.write('HTTP/1.1 200 Connection established\r\n\r\n');
      far.pipe(client).pipe(far);
    });
    client.on('close', () => far.destroy());
    far.on('error', () => client.destroy()).on('close', () => client.destroy());
  });
  return listening(server, at);
};
