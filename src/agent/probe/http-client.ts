import { Agent, request, type IncomingHttpHeaders, type IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { version } from '../../lib/version.ts';
import { limits } from '../../model/limits.ts';
import { dial, isLocalAddress, type Dialled, type Way } from './dial.ts';
import { withDeadline } from './net.ts';
import { failed, got, type Fault, type Got } from './outcome.ts';
import { abortFault, socketFault } from './socket-fault.ts';

export type HttpRequest = {
  method: 'GET' | 'HEAD';
  url: URL;
  headers?: Record<string, string>;
  /** The token, sent to this URL's host alone. */
  token?: string | null;
  /** Of the body; what is beyond is not read. */
  maxBytes?: number;
};

/** An answer, after its redirects; the body is cut at the request's bound. */
export type HttpAnswer = {
  status: number;
  headers: IncomingHttpHeaders;
  /** Each `WWW-Authenticate` line by itself. */
  challenges: string[];
  body: string;
  url: URL;
  /** The hosts that redirects led to, in order. */
  redirects: string[];
};

/** The fault of a connection on its way through node's HTTP agent, which takes errors only. */
class DialError extends Error {
  readonly fault: Fault;
  constructor(fault: Fault) {
    super(fault.detail);
    this.fault = fault;
  }
}

type Origin = { agent: Agent; absolute: boolean };

/**
 * The requests of one walk to one registry host and to where it leads: connections are opened as containerd opens them and
 * kept for the next request, answers are bounded, and no more than `limits.probeRequests` are sent.
 */
export class HttpClient {
  /** What the servers' clocks are ahead of this node's, milliseconds, one for each answer that told. */
  readonly skews: number[] = [];
  private readonly way: Way;
  private readonly closing = new AbortController();
  private readonly origins = new Map<string, Origin>();
  private readonly ready = new Map<string, Dialled>();
  private readonly sockets = new Set<Socket>();
  private sent = 0;
  private firstAddress: string | null = null;

  constructor(way: Way) {
    this.way = way;
  }

  /** A connection that is open already, for the first request to this origin. */
  adopt(origin: string, dialled: Dialled): void {
    this.sockets.add(dialled.socket);
    this.firstAddress ??= dialled.socket.remoteAddress ?? null;
    this.ready.set(origin, dialled);
  }

  /** Sends a request and follows its redirects. The token stays at the first host (Go forwards none to another one). */
  async send(asked: HttpRequest, signal: AbortSignal): Promise<Got<HttpAnswer>> {
    const redirects: string[] = [];
    const deadline = withDeadline(signal, limits.probeHttpMs);
    let { url } = asked;
    for (;;) {
      const token = url.host === asked.url.host && url.protocol === asked.url.protocol ? (asked.token ?? null) : null;
      const once = await this.sendOnce(
        { ...asked, url, token },
        { outer: signal, deadline, redirected: redirects.length > 0 },
      );
      if (!once.ok) return { ok: false, fault: { ...once.fault, facts: { ...once.fault.facts, host: url.host } } };
      const { status, headers } = once.value;
      const next = [301, 302, 303, 307, 308].includes(status) ? URL.parse(headers.location ?? '', url.href) : null;
      if (next === null || !/^https?:$/.test(next.protocol)) return got({ ...once.value, redirects });
      if (redirects.length >= limits.probeRedirects)
        return failed('redirect-loop', `more than ${limits.probeRedirects} redirects`, { host: url.host });
      redirects.push(next.host);
      url = next;
    }
  }

  close(): void {
    this.closing.abort();
    for (const { agent } of this.origins.values()) agent.destroy();
    for (const socket of this.sockets) socket.destroy();
  }

  private originOf(url: URL, redirected: boolean): Origin {
    const known = this.origins.get(url.origin);
    if (known !== undefined) return known;
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    const origin: Origin = { agent, absolute: false };
    agent.createConnection = (_options, callback) => {
      void this.open(url, redirected).then(opened => {
        if (!opened.ok) return callback?.(new DialError(opened.fault), undefined as never);
        origin.absolute = opened.value.absolute;
        return callback?.(null, opened.value.socket);
      });
      return undefined;
    };
    this.origins.set(url.origin, origin);
    return origin;
  }

  private async open(url: URL, redirected: boolean): Promise<Got<Dialled>> {
    const ready = this.ready.get(url.origin);
    this.ready.delete(url.origin);
    if (ready !== undefined && !ready.socket.destroyed) return got(ready);
    // A registry out there must not lead us to this node's own services; one on this node may.
    const refuseLocal = redirected && this.firstAddress !== null && !isLocalAddress(this.firstAddress);
    const opened = await dial(url, this.way, this.closing.signal, refuseLocal);
    if (!opened.ok) return opened;
    this.firstAddress ??= opened.value.socket.remoteAddress ?? null;
    this.sockets.add(opened.value.socket);
    if (this.closing.signal.aborted) opened.value.socket.destroy();
    return opened;
  }

  private async sendOnce(
    asked: HttpRequest,
    how: { outer: AbortSignal; deadline: AbortSignal; redirected: boolean },
  ): Promise<Got<HttpAnswer>> {
    if (how.outer.aborted) return { ok: false, fault: abortFault(how.outer, 'http-timeout', asked.url.host) };
    if (this.sent >= limits.probeRequests)
      return failed('request-budget', `${limits.probeRequests} requests were sent`);
    this.sent += 1;
    const { url, method, token } = asked;
    const { agent, absolute } = this.originOf(url, how.redirected);
    const path = `${url.pathname}${url.search}`;
    const sent = request({
      agent,
      method,
      // Through a proxy for plain HTTP the request names the whole URL, without any user and password in it.
      path: absolute ? `${url.origin}${path}` : path,
      headers: {
        host: url.host,
        'user-agent': `pullpath/${version}`,
        ...asked.headers,
        ...(token === null || token === undefined ? {} : { authorization: `Bearer ${token}` }),
      },
      maxHeaderSize: limits.probeHeaderBytes,
      signal: how.deadline,
    });
    try {
      return await this.answerOf(sent, asked);
    } catch (error) {
      if (error instanceof DialError) return { ok: false, fault: error.fault };
      return {
        ok: false,
        fault: how.deadline.aborted ? abortFault(how.outer, 'http-timeout', url.host) : socketFault(error),
      };
    }
  }

  private answerOf(sent: ReturnType<typeof request>, { url, maxBytes }: HttpRequest): Promise<Got<HttpAnswer>> {
    return new Promise((resolve, reject) => {
      const bound = Math.min(maxBytes ?? limits.probeBodyBytes, limits.probeBodyBytes);
      sent.on('error', reject).on('response', (response: IncomingMessage) => {
        this.noteDate(response.headers.date);
        const chunks: Buffer[] = [];
        let size = 0;
        const done = (): void =>
          resolve(
            got({
              status: response.statusCode ?? 0,
              headers: response.headers,
              challenges: response.headersDistinct['www-authenticate'] ?? [],
              body: Buffer.concat(chunks).toString('utf8', 0, bound),
              url,
              redirects: [],
            }),
          );
        response.on('data', (chunk: Buffer) => {
          chunks.push(chunk);
          size += chunk.length;
          if (size < bound) return;
          done();
          response.destroy();
        });
        response.on('end', done).on('error', reject);
      });
      sent.end();
    });
  }

  private noteDate(date: string | undefined): void {
    const time = Date.parse(date ?? '');
    if (!Number.isNaN(time)) this.skews.push(time - this.way.net.now());
  }
}
