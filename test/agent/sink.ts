import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gunzipSync } from 'node:zlib';
import type { Report } from '../../src/model/report.ts';

/** How the sink answers; `hang` never does, `drop` closes the connection. */
export type Answer = { status: number; body?: object; headers?: Record<string, string> } | 'hang' | 'drop';

/** An HTTP server in the aggregator's place that answers as a test wants it to. */
export type Sink = {
  url: URL;
  /** The reports that were answered with a 2xx, and what came with each request. */
  stored: Report[];
  requests: { authorization: string | undefined; bytes: number; report: Report }[];
  close: () => Promise<void>;
};

const bodyOf = async (request: IncomingMessage): Promise<Buffer> => {
  const parts: Buffer[] = [];
  for await (const part of request as AsyncIterable<Buffer>) parts.push(part);
  return Buffer.concat(parts);
};

const listen = (server: Server, port: number): Promise<number> =>
  new Promise(resolve => server.listen(port, '127.0.0.1', () => resolve((server.address() as AddressInfo).port)));

/** `answer` is asked for each request; it gets the number of requests before. */
export const startSink = async (answer: (count: number, report: Report) => Answer, port = 0): Promise<Sink> => {
  const stored: Sink['stored'] = [];
  const requests: Sink['requests'] = [];
  const server = createServer((request, response) => {
    void bodyOf(request).then(body => {
      const json = gunzipSync(body).toString('utf8');
      const report = JSON.parse(json) as Report;
      requests.push({ authorization: request.headers.authorization, bytes: json.length, report });
      const how = answer(requests.length - 1, report);
      if (how === 'hang') return;
      if (how === 'drop') {
        request.socket.destroy();
        return;
      }
      if (how.status < 300) stored.push(report);
      response.writeHead(how.status, { 'content-type': 'application/json', ...how.headers });
      response.end(JSON.stringify(how.body ?? { stored: true, resync: false }));
    });
  });
  const bound = await listen(server, port);
  return {
    url: new URL(`http://127.0.0.1:${bound}`),
    ...{ stored, requests },
    close: () =>
      new Promise(resolve => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
};

/** An answer that takes the report. */
export const taken: Answer = { status: 202 };
