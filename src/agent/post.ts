import { readFile } from 'node:fs/promises';
import { request as httpRequest, Agent as HttpAgent, type IncomingMessage } from 'node:http';
import { limits } from '../model/limits.ts';
import { version } from '../lib/version.ts';
import { readRetryAfter } from '../parse/named-pause.ts';
import { socketFault } from './probe/socket-fault.ts';

/** What came of a request: an answer, or why there was none (a system code such as ECONNREFUSED). */
export type PostResult =
  | { kind: 'answer'; status: number; body: string; retryAfterMs: number | null }
  | { kind: 'unreachable'; code: string; detail: string };

export type PosterOptions = {
  url: URL;
  /** Read anew for each request: a projected token is replaced every hour. */
  tokenFile: string | null;
  /** PEM of the CAs to trust for https; null for the system's own. */
  caFile: string | null;
  /** The name that the certificate must be for, where it is not the URL's host. */
  serverName?: string | null;
};

const readBody = async (response: IncomingMessage): Promise<string> => {
  const parts: Buffer[] = [];
  let size = 0;
  for await (const part of response as AsyncIterable<Buffer>) {
    size += part.length;
    if (size <= limits.sendAnswerBytes) parts.push(part);
  }
  return Buffer.concat(parts).toString('utf8');
};

/**
 * Posts gzipped JSON over one kept connection. node:http and not undici: for one request in 30 seconds undici costs the agent
 * 10 MB (its parser is WebAssembly).
 */
export class Poster {
  private readonly options: PosterOptions;
  private agent: HttpAgent | null = null;

  constructor(options: PosterOptions) {
    this.options = options;
  }

  async post(body: Buffer, signal: AbortSignal): Promise<PostResult> {
    const limit = AbortSignal.any([signal, AbortSignal.timeout(limits.sendMs)]);
    try {
      const response = await this.send(body, limit);
      const text = await readBody(response);
      const after = readRetryAfter(response.headers['retry-after'], Date.now());
      const retryAfterMs = after === null ? null : Math.min(after, limits.retryAfterMaxMs);
      return { kind: 'answer', status: response.statusCode ?? 0, body: text, retryAfterMs };
    } catch (error) {
      // The next try takes a new connection and reads the CA file again.
      this.close();
      const { code, message, name, path } = error as NodeJS.ErrnoException;
      const late = limit.aborted && !signal.aborted;
      const said = path === undefined ? socketFault(error).detail : message;
      const detail = late ? `no answer within ${limits.sendMs / 1000} s` : said;
      return { kind: 'unreachable', code: code ?? name, detail };
    }
  }

  /** Ends the kept connection. */
  close(): void {
    this.agent?.destroy();
    this.agent = null;
  }

  private async send(body: Buffer, signal: AbortSignal): Promise<IncomingMessage> {
    const { url, tokenFile } = this.options;
    const token = tokenFile === null ? null : (await readFile(tokenFile, 'utf8')).trim();
    const agent = (this.agent ??= await this.connect());
    const request = url.protocol === 'https:' ? (await import('node:https')).request : httpRequest;
    return new Promise((resolve, reject) => {
      const outgoing = request(
        new URL(`${url.href.replace(/\/$/, '')}/v1/reports`),
        {
          method: 'POST',
          agent,
          signal,
          headers: {
            'content-type': 'application/json',
            'content-encoding': 'gzip',
            'content-length': body.length,
            'user-agent': `pullpath-agent/${version}`,
            ...(token === null ? {} : { authorization: `Bearer ${token}` }),
          },
        },
        resolve,
      );
      outgoing.on('error', reject);
      outgoing.end(body);
    });
  }

  private async connect(): Promise<HttpAgent> {
    const { url, caFile, serverName } = this.options;
    if (url.protocol !== 'https:') return new HttpAgent({ keepAlive: true, maxSockets: 1 });
    const { Agent } = await import('node:https');
    const ca = caFile === null ? {} : { ca: await readFile(caFile, 'utf8') };
    const name = serverName == null ? {} : { servername: serverName };
    return new Agent({ keepAlive: true, maxSockets: 1, ...ca, ...name });
  }
}
