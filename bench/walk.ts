import { createServer as createHttpsServer } from 'node:https';
import { createServer, type Server, type Socket } from 'node:net';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { startBox, type Box } from '../test/lab/box.ts';
import { startDns } from '../test/lab/dns.ts';
import { run } from '../test/lab/process.ts';
import { createAuthority, type KeyPair } from '../test/lab/tls.ts';

const digest = `sha256:${'d'.repeat(64)}`;
const manifest = JSON.stringify({
  ...{ schemaVersion: 2, mediaType: 'application/vnd.oci.image.manifest.v1+json' },
  layers: [{ mediaType: 'application/vnd.oci.image.layer.v1.tar', digest, size: 1 }],
});

const listen = async (server: Server, host: string, port: number): Promise<Server> => {
  const sockets = new Set<Socket>();
  server.on('connection', socket => {
    sockets.add(socket);
    socket.on('error', () => undefined).on('close', () => sockets.delete(socket));
  });
  server.on('close', () => {
    for (const socket of sockets) socket.destroy();
  });
  server.listen(port, host);
  await once(server, 'listening');
  return server;
};

/** A sound registry and its token service; each answer takes so long, milliseconds, as over a network. */
const soundHosts = (block: string, tls: Record<'reg' | 'auth', KeyPair>, delayMs: number): Promise<Server[]> => {
  const later = (answer: () => void): void => void setTimeout(answer, delayMs);
  const registry = createHttpsServer(tls.reg, ({ headers, url = '' }, response) =>
    later(() => {
      if (headers.authorization !== 'Bearer token')
        response
          .writeHead(401, { 'www-authenticate': 'Bearer realm="https://auth.lab.test/token",service="lab"' })
          .end();
      else if (url.includes('/blobs/')) response.writeHead(206, { 'content-length': 1 }).end('x');
      else if (url.includes('/manifests/'))
        response.writeHead(200, { 'docker-content-digest': digest, 'content-length': manifest.length }).end(manifest);
      else response.end('{}');
    }),
  );
  const auth = createHttpsServer(tls.auth, (_request, response) => later(() => void response.end('{"token":"token"}')));
  return Promise.all([listen(registry, `${block}.1`, 443), listen(auth, `${block}.2`, 443)]);
};

/** Hosts that are broken each in a slow way, on ports of one address. */
const brokenHosts = (block: string, pair: KeyPair): Promise<Server[]> => {
  const silent = (): Server => createServer(socket => void socket.resume());
  const speechless = (): Server => createHttpsServer(pair, () => undefined);
  const dripping = (): Server =>
    createHttpsServer(pair, (_request, response) => {
      const timer = setInterval(() => response.write('x'), 200);
      response.on('close', () => clearInterval(timer));
    });
  const all = [silent, silent, silent, speechless, speechless, speechless, dripping, dripping];
  return Promise.all(all.map((make, at) => listen(make(), `${block}.3`, 5000 + at)));
};

/** What a walk of ten hosts meets: eight that hang, one that is not there, one whose name is not. */
const tenHosts = (): string =>
  [...Array.from({ length: 8 }, (_, at) => `slow.lab.test:${5000 + at}`), 'slow.lab.test:4999']
    .map(host => `[host."https://${host}"]\nca = "/etc/bench-ca.crt"\n`)
    .join('');

type Figures = Record<'walk' | 'curlEach' | 'curlReused' | 'program' | 'broken', number[]>;

const median = (values: number[]): number => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;

const setUp = async (
  box: Box,
  undo: AsyncDisposableStack,
): Promise<{ block: string; tls: (name: string) => Promise<KeyPair> }> => {
  const block = `127.${20 + Math.floor(Math.random() * 200)}.${1 + Math.floor(Math.random() * 250)}`;
  const ca = await createAuthority(join(box.dir, 'bench-ca'), 'Bench Root');
  const names = { 'reg.lab.test': `${block}.1`, 'auth.lab.test': `${block}.2`, 'slow.lab.test': `${block}.3` };
  const dns = await startDns({ dir: box.dir, listen: `${block}.53`, names, delegated: {} });
  undo.defer(() => dns.stop());
  await box.namespace.write('/etc/resolv.conf', `nameserver ${block}.53\n`);
  await box.namespace.write('/etc/bench-ca.crt', ca.pem);
  // Among the system's CAs, so that curl reads as many as the walk.
  const bundle = '/etc/ssl/certs/ca-certificates.crt';
  await box.namespace.write(bundle, (await readFile(box.namespace.path(bundle), 'utf8')) + ca.pem);
  const certsD = '/etc/containerd/certs.d';
  await box.namespace.write(`${certsD}/nohost.lab.test/hosts.toml`, tenHosts());
  return { block, tls: name => ca.issue(name) };
};

/** How long a walk takes beside the same requests by curl, and how long one with ten hosts that are all broken. */
export const benchWalk = async (): Promise<string[]> => {
  await using undo = new AsyncDisposableStack();
  const box = await startBox();
  undo.defer(() => box.stop());
  const { block, tls } = await setUp(box, undo);
  const pairs = { reg: await tls('reg.lab.test'), auth: await tls('auth.lab.test') };
  const lines: string[] = [];
  const ms = (values: number[]): string => `${median(values).toFixed(0)} ms`;
  for (const delayMs of [0, 20]) {
    const servers = await soundHosts(block, pairs, delayMs);
    const inside = [process.execPath, join(import.meta.dirname, 'walk-inside.ts'), box.containerd.socket, 'sound'];
    const said = JSON.parse(await run(box.namespace.enter(inside))) as Figures;
    for (const server of servers) server.close();
    const ratio = (of: number[]): string => (median(said.walk) / median(of)).toFixed(2);
    lines.push(
      `walk: answers after ${delayMs} ms: ${ms(said.walk)} for a whole walk (median of ${said.walk.length}); the same by curl ` +
        `${ms(said.curlEach)} (one for each request, ratio ${ratio(said.curlEach)}, aim at most 1.5), ` +
        `${ms(said.curlReused)} (connections kept, ratio ${ratio(said.curlReused)}); ` +
        `the whole program pullpath check ${ms(said.program)}`,
    );
  }
  const servers = await brokenHosts(block, await tls('slow.lab.test'));
  undo.defer(() => servers.forEach(server => server.close()));
  const inside = [process.execPath, join(import.meta.dirname, 'walk-inside.ts'), box.containerd.socket, 'broken'];
  const { broken } = JSON.parse(await run(box.namespace.enter(inside))) as Figures;
  lines.push(
    `walk: ten hosts, all broken: ${broken.map(value => (value / 1000).toFixed(1)).join(', ')} s (aim at most 15)`,
  );
  return lines;
};
