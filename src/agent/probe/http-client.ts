import { Agent, request, type ClientRequest, type IncomingHttpHeaders, type IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { version } from '../../lib/version.ts';
import { limits } from '../../model/limits.ts';
import { readPause } from '../../parse/named-pause.ts';
import { proxyFor } from '../../parse/proxy-env.ts';
import { dial, isLocalAddress, type Dialled, type Way } from './dial.ts';
import { endOf, withDeadline } from './net.ts';
import { proxyAuthorization } from './open-proxy.ts';
import { failed, got, type Fault, type Got } from './outcome.ts';
import { RequestBudget } from './request-budget.ts';
import { abortFault, socketFault } from './socket-fault.ts';

export type HttpRequest = {
  method: 'GET' | 'HEAD' | 'POST';
  url: URL;
  headers?: Record<string, string>;
  /** What is for this URL's host alone, such as `authorization`: not sent on behind a redirect to another host. */
  secrets?: Readonly<Record<string, string | string[]>>;
  /** Of a POST; it may be secret, so that no redirect is followed. */
  form?: Readonly<Record<string, string>>;
  /** Of the body; what is beyond is not read. */
  maxBytes?: number;
};

/** An answer, after its redirects; the body is cut at the request's bound. */
export type HttpAnswer = {
  status: number;
  headers: IncomingHttpHeaders;
  /** How long the host asks to be left alone, milliseconds; missing where it names no time. */
  pauseMs?: number;
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

/** Where requests go first, what leads there, and what they may cost. */
type Base = { origin: string; way: Way; budget?: RequestBudget };

/**
 * The requests of one walk to one registry host and to where it leads: connections are opened as containerd opens them and
 * kept for the next request, answers are bounded, and no more than `limits.probeRequests` go to one host.
 */
export class HttpClient {
  /** What the servers' clocks are ahead of this node's, milliseconds, one for each answer that told. */
  readonly skews: number[] = [];
  private readonly base: Base;
  private readonly budget: RequestBudget;
  private readonly closing = new AbortController();
  private readonly agents = new Map<string, Agent>();
  private readonly ready = new Map<string, Dialled>();
  private readonly sockets = new Set<Socket>();
  private firstAddress: string | null = null;

  constructor(base: Base) {
    this.base = base;
    this.budget = base.budget ?? new RequestBudget();
  }

  /** A connection that is open already, for the first request to this origin. */
  adopt(origin: string, dialled: Dialled): void {
    this.sockets.add(dialled.socket);
    if (!dialled.proxied) this.firstAddress ??= dialled.socket.remoteAddress ?? null;
    this.ready.set(origin, dialled);
  }

  /** Sends a request and follows its redirects. Its secrets stay at the first host, and are not taken up again behind another. */
  async send(asked: HttpRequest, signal: AbortSignal): Promise<Got<HttpAnswer>> {
    const redirects: string[] = [];
    const deadline = withDeadline(signal, limits.probeHttpMs);
    let { url, secrets = {} } = asked;
    for (;;) {
      if (url.origin !== asked.url.origin) secrets = {};
      const once = await this.sendOnce({ ...asked, url, secrets }, { outer: signal, deadline });
      if (!once.ok) return { ok: false, fault: { ...once.fault, facts: { ...once.fault.facts, host: url.host } } };
      const { status, headers } = once.value;
      const leads = asked.form === undefined && [301, 302, 303, 307, 308].includes(status);
      const next = leads ? URL.parse(headers.location ?? '', url.href) : null;
      if (next === null || !/^https?:$/.test(next.protocol)) return got({ ...once.value, redirects });
      if (redirects.length >= limits.probeRedirects)
        return failed('redirect-loop', `more than ${limits.probeRedirects} redirects`, { host: url.host });
      redirects.push(next.host);
      url = next;
    }
  }

  close(): void {
    this.closing.abort();
    for (const agent of this.agents.values()) agent.destroy();
    for (const socket of this.sockets) socket.destroy();
  }

  private agentFor(url: URL): Agent {
    const known = this.agents.get(url.origin);
    if (known !== undefined) return known;
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    agent.createConnection = (_options, callback) => {
      void this.open(url).then(opened => {
        if (!opened.ok) return callback?.(new DialError(opened.fault), undefined as never);
        return callback?.(null, opened.value.socket);
      });
      return undefined;
    };
    this.agents.set(url.origin, agent);
    return agent;
  }

  private async open(url: URL): Promise<Got<Dialled>> {
    const ready = this.ready.get(url.origin);
    this.ready.delete(url.origin);
    if (ready !== undefined && !ready.socket.destroyed) return got(ready);
    const opened = await dial(url, this.base.way, this.closing.signal, this.isLedAstray(url));
    if (!opened.ok) return opened;
    if (!opened.value.proxied) this.firstAddress ??= opened.value.socket.remoteAddress ?? null;
    this.sockets.add(opened.value.socket);
    if (this.closing.signal.aborted) opened.value.socket.destroy();
    return opened;
  }

  /**
   * A registry out there must not lead us to this node's own services, by a redirect or by the token service that it names;
   * one on this node may. Behind a proxy it is out there, unless its name is known to be this node's.
   */
  private isLedAstray(url: URL): boolean {
    const { origin, way } = this.base;
    if (url.origin === origin) return false;
    const base = new URL(origin);
    // The same server by its other scheme is where the walk was sent to.
    if (url.host === base.host) return false;
    const { host } = endOf(base);
    const address = way.resolver.known(host)?.addresses[0] ?? this.firstAddress;
    return address === null || !isLocalAddress(address);
  }

  private async sendOnce(
    asked: HttpRequest,
    how: { outer: AbortSignal; deadline: AbortSignal },
  ): Promise<Got<HttpAnswer>> {
    const { url } = asked;
    if (how.outer.aborted) return { ok: false, fault: abortFault(how.outer, 'http-timeout', url.host) };
    if (!this.budget.take(url.host))
      return failed('request-budget', `${limits.probeRequests} requests were sent to ${url.host}`);
    try {
      return await this.answerOf(this.requestOf(asked, how.deadline), asked);
    } catch (error) {
      if (error instanceof DialError) return { ok: false, fault: error.fault };
      return {
        ok: false,
        fault: how.deadline.aborted ? abortFault(how.outer, 'http-timeout', url.host) : socketFault(error),
      };
    }
  }

  private requestOf({ url, method, headers, secrets, form }: HttpRequest, signal: AbortSignal): ClientRequest {
    const proxy = url.protocol === 'http:' ? proxyFor(url.href, this.base.way.proxyEnv) : null;
    const proxyAuth = proxy === null ? null : proxyAuthorization(proxy);
    const path = `${url.pathname}${url.search}`;
    return request({
      agent: this.agentFor(url),
      method,
      // Through a proxy for plain HTTP the request names the whole URL, without any user and password in it.
      path: proxy === null ? path : `${url.origin}${path}`,
      headers: {
        host: url.host,
        'user-agent': `pullpath/${version}`,
        'accept-encoding': 'identity',
        ...headers,
        ...secrets,
        ...(form === undefined ? {} : { 'content-type': 'application/x-www-form-urlencoded' }),
        ...(proxyAuth === null ? {} : { 'proxy-authorization': proxyAuth }),
      },
      maxHeaderSize: limits.probeHeaderBytes,
      signal,
    });
  }

  private answerOf(sent: ClientRequest, { url, maxBytes, form }: HttpRequest): Promise<Got<HttpAnswer>> {
    return new Promise((resolve, reject) => {
      const bound = Math.min(maxBytes ?? limits.probeBodyBytes, limits.probeBodyBytes);
      sent.on('error', reject).on('response', (response: IncomingMessage) => {
        this.noteDate(response.headers.date);
        const pauseMs = readPause(response.statusCode ?? 0, response.headers, this.base.way.net.now());
        // The rest of this walk would come before the time that it names.
        if (pauseMs !== null) this.budget.stop(url.host);
        const chunks: Buffer[] = [];
        let size = 0;
        const done = (): void =>
          resolve(
            got({
              status: response.statusCode ?? 0,
              headers: response.headers,
              ...(pauseMs === null ? {} : { pauseMs }),
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
      sent.end(form === undefined ? undefined : String(new URLSearchParams(form)));
    });
  }

  private noteDate(date: string | undefined): void {
    const time = Date.parse(date ?? '');
    if (!Number.isNaN(time)) this.skews.push(time - this.base.way.net.now());
  }
}
