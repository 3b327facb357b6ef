import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { ListenAddress } from '../lib/option-kinds.ts';
import { systemWords } from '../lib/system-words.ts';
import { PullpathError } from '../model/error.ts';
import { limits } from '../model/limits.ts';

/** What the agent's own address serves. */
export type AgentPages = {
  /** True once the journal is followed, the runtime has answered or is known not to, and the first walk is done. */
  ready: () => boolean;
  metrics: () => string;
  /** The full report as it would be sent now. */
  report: () => unknown;
};

/** The agent's listener. */
export type AgentServer = { address: ListenAddress; close: () => Promise<void> };

const send = (response: ServerResponse, status: number, type: string, body: string): void => {
  response.writeHead(status, { 'content-type': type, 'cache-control': 'no-store' });
  response.end(body);
};

const sendText = (response: ServerResponse, status: number, body: string): void =>
  send(response, status, 'text/plain; charset=utf-8', `${body}\n`);

const sendProblem = async (response: ServerResponse, code: 'path-unknown' | 'method-not-allowed'): Promise<void> => {
  const { problemOf } = await import('../wire/problem.ts');
  const problem = problemOf(code, 'the agent serves GET /healthz, /readyz, /metrics and /report');
  send(response, problem.status, 'application/problem+json', JSON.stringify(problem));
};

const answer = (pages: AgentPages, request: IncomingMessage, response: ServerResponse): void => {
  const path = request.url?.split('?')[0];
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    void sendProblem(response, 'method-not-allowed');
    return;
  }
  switch (path) {
    case '/healthz':
      sendText(response, 200, 'ok');
      return;
    case '/readyz': {
      const ready = pages.ready();
      sendText(response, ready ? 200 : 503, ready ? 'ready' : 'not ready');
      return;
    }
    case '/metrics':
      send(response, 200, 'text/plain; version=0.0.4; charset=utf-8', pages.metrics());
      return;
    case '/report':
      send(response, 200, 'application/json', JSON.stringify(pages.report()));
      return;
    default:
      void sendProblem(response, 'path-unknown');
  }
};

const listenFault = (error: NodeJS.ErrnoException, { host, port }: ListenAddress): PullpathError =>
  error.code === 'EADDRINUSE'
    ? new PullpathError('address-in-use', `${host}:${port} is taken; give another --listen`, { cause: error })
    : new PullpathError(
        'listen-failed',
        `cannot listen on ${host}:${port}: ${systemWords(error)}; give another --listen`,
        { cause: error },
      );

/** Listens; throws `address-in-use` or `listen-failed`. */
export const serveAgent = async (pages: AgentPages, listen: ListenAddress): Promise<AgentServer> => {
  const server: Server = createServer({ requestTimeout: limits.requestMs }, (request, response) =>
    answer(pages, request, response),
  );
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => reject(listenFault(error, listen)));
    server.listen(listen.port, listen.host, resolve);
  });
  const { address, port } = server.address() as AddressInfo;
  return {
    address: { host: address, port },
    close: () =>
      new Promise(resolve => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
};
