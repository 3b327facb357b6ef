import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { createServer as createHttpServer, type RequestListener } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import { createServer, connect, type AddressInfo, type Server, type Socket } from 'node:net';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Test } from 'tap';
import { parseImageRef, type ImageRef } from '../../../src/model/image-ref.ts';
import type { RegistryHost } from '../../../src/model/registry-hosts.ts';
import { parseResolvConf } from '../../../src/parse/resolv-conf.ts';
import type { ProxyEnvironment } from '../../../src/parse/proxy-env.ts';
import { noCredentials, type HostCredentials } from '../../../src/agent/credentials/node-credentials.ts';
import type { Net } from '../../../src/agent/probe/net.ts';
import { Resolver } from '../../../src/agent/probe/resolver.ts';
import { Session } from '../../../src/agent/probe/session.ts';
import { trustFor } from '../../../src/agent/probe/trust.ts';
import { createAuthority, type Authority } from '../../lab/tls.ts';

/** Where a test's servers are told to end. */
type Owner = Pick<Test, 'teardown'>;

const listening = async (t: Owner, server: Server): Promise<number> => {
  const sockets = new Set<Socket>();
  server.on('connection', socket => {
    sockets.add(socket);
    socket.on('error', () => undefined).on('close', () => sockets.delete(socket));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.teardown(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return (server.address() as AddressInfo).port;
};

/** A raw TCP server on loopback; gives its port. */
export const tcp = (t: Owner, onSocket: (socket: Socket) => void): Promise<number> =>
  listening(t, createServer(onSocket));

/** A port on loopback that refuses. */
export const closedPort = async (): Promise<number> => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
};

/** An HTTP server on loopback. */
export const http = (t: Owner, answer: RequestListener): Promise<number> => listening(t, createHttpServer(answer));

/** A CA of its own, gone with the test. */
export const authority = async (t: Owner): Promise<Authority> => {
  const dir = await mkdtemp(join(tmpdir(), 'pullpath-ca-'));
  t.teardown(() => rm(dir, { recursive: true, force: true }));
  return createAuthority(dir, 'Test Root');
};

/** An HTTPS server on loopback that shows a certificate for `name`. */
export const https = async (
  t: Owner,
  given: { ca: Authority; name?: string; days?: number },
  answer: RequestListener,
): Promise<number> => {
  const pair = await given.ca.issue(given.name ?? 'reg.test', given.days === undefined ? {} : { days: given.days });
  return listening(t, createHttpsServer({ key: pair.key, cert: pair.cert }, answer));
};

/** A nameserver: rcode and addresses for each name; null says nothing. */
export const nameserver = async (
  t: Owner,
  answer: (name: string) => { rcode?: number; addresses?: string[] } | null,
): Promise<{ port: number; asked: string[] }> => {
  const socket = createSocket('udp4');
  const asked: string[] = [];
  socket.on('message', (query, from) => {
    const labels: string[] = [];
    let at = 12;
    for (let size = query[at] ?? 0; size > 0; size = query[at] ?? 0) {
      labels.push(query.toString('latin1', at + 1, at + 1 + size));
      at += size + 1;
    }
    const isA = query.readUInt16BE(at + 1) === 1;
    const name = labels.join('.');
    if (isA) asked.push(name);
    const said = answer(name);
    if (said === null) return;
    const records = (isA ? (said.addresses ?? []) : []).map(address =>
      Buffer.from([0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4, ...address.split('.').map(Number)]),
    );
    const head = Buffer.from(query.subarray(0, 12));
    head.writeUInt16BE(0x8180 | (said.rcode ?? 0), 2);
    head.writeUInt16BE(records.length, 6);
    head.writeUInt32BE(0, 8);
    socket.send(Buffer.concat([head, query.subarray(12, at + 5), ...records]), from.port, from.address);
  });
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  t.teardown(() => socket.close());
  return { port: socket.address().port, asked };
};

/** The machine's network; nameservers listen where a test has one, or nowhere. */
export const testNet = (given: Partial<Net> = {}): Net => ({
  connect: to => connect(to),
  dnsPort: 1,
  now: Date.now,
  ...given,
});

/** `reg.test` and `cdn.test` are on loopback. */
export const testResolver = (net = testNet(), resolvConf = 'nameserver 127.0.0.1\n'): Resolver =>
  new Resolver({ resolvConf: parseResolvConf(resolvConf), hostsFile: '127.0.0.1 reg.test cdn.test\n' }, net);

type Given = {
  url: string;
  image?: string;
  registry?: string;
  ca?: Authority;
  proxyEnv?: ProxyEnvironment;
  host?: Partial<RegistryHost>;
  net?: Partial<Net>;
  credentials?: HostCredentials;
};

const imageOf = (text: string): ImageRef => {
  const parsed = parseImageRef(text);
  if (!parsed.ok) throw new Error(parsed.error);
  return parsed.ref;
};

/** A host as the configuration gives it. */
export const registryHost = (url: string, more: Partial<RegistryHost> = {}): RegistryHost => ({
  ...{ url, role: 'upstream', source: 'default', line: null, capabilities: { pull: true, resolve: true } },
  ...{ caFiles: [], clientPairs: [], skipVerify: false, headerNames: [], dialTimeoutMs: null, httpFallback: false },
  ...more,
});

/** A session with one host, trusting the test's CA alone. */
export const session = async (t: Owner, given: Given): Promise<Session> => {
  const net = testNet(given.net);
  const pems = given.ca === undefined ? [] : [await readFile(given.ca.file, 'latin1')];
  const host = registryHost(given.url, given.host);
  const trust = await trustFor(host, { bundle: { pems, from: 'test' }, hostRoot: '/' });
  const way = { resolver: testResolver(net), trust, net, proxyEnv: given.proxyEnv ?? {}, skipVerify: host.skipVerify };
  const image = given.image === undefined ? null : imageOf(given.image);
  const { credentials = noCredentials } = given;
  const made = new Session({ host, registry: given.registry ?? new URL(given.url).host, image, way, credentials });
  made.open = ['127.0.0.1'];
  t.teardown(() => made.http.close());
  return made;
};

/** A signal that never fires. */
export const calm = new AbortController().signal;
