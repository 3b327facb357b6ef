import { createServer as createHttpsServer } from 'node:https';
import { createServer as createTcpServer } from 'node:net';
import type { RequestListener } from 'node:http';
import { join } from 'node:path';
import { httpsFront, listening, passOn, type Front } from '../test/lab/broken.ts';
import type { Box } from '../test/lab/box.ts';
import { connectCri } from '../test/lab/cri.ts';
import type { Namespace } from '../test/lab/namespace.ts';
import { run } from '../test/lab/process.ts';
import type { OutageHost, RecoverSite } from './recover-site.ts';

/** What an outage may touch of its node. */
type OutageNode = Pick<Box, 'namespace' | 'containerd'>;

/** One broken path. It is broken from before its pod is made, and mended as a person would mend it. */
export type Outage = { begin(node: OutageNode): Promise<void>; heal(node: OutageNode): Promise<void> };

/** A kind of outage that heals. */
export type OutageKind = {
  name: string;
  /** What is broken, and what heals it. */
  how: string;
  /** A kind whose wait is the registry's own wish: not among those that the aims are for. */
  aside?: true;
  /** What its nodes have besides. */
  node: 'plain' | 'proxied' | 'small disk';
  /** Whether nodes trust the registry's CA from the start. */
  trusted: boolean;
  /** Its outages on one node would mend or break each other: one after the other there, with pullpath and without. */
  inTurn: { with: boolean; without: boolean };
  /** Whether the nameserver knows the hosts from the start. */
  named: boolean;
  outage(site: RecoverSite, host: OutageHost, at: number): Promise<Outage>;
};

const nothing = (): Promise<void> => Promise.resolve();
const sideBySide = { with: false, without: false };
const plain = { node: 'plain', trusted: true, named: true, inTurn: sideBySide } as const;

/** A sound registry at the host's address. */
const frontAt = async (site: RecoverSite, { address }: OutageHost, answer?: RequestListener): Promise<Front> => {
  const front = await httpsFront({ host: address, port: site.port }, site.tls, answer ?? passOn(site.sound));
  site.defer(() => front.stop());
  return front;
};

const dns: OutageKind = {
  ...{ ...plain, name: 'DNS' },
  how: 'the nameserver does not know the name, or (every second) the zone’s nameserver is silent; it is told the name, or packets pass again',
  named: false,
  async outage(site, host, at) {
    await frontAt(site, host);
    if (at % 2 === 0) return { begin: nothing, heal: () => site.tellName(host) };
    const zone = site.delegate(host);
    return { begin: nothing, heal: () => site.firewall.allow(zone) };
  },
};

const refused: OutageKind = {
  ...{ ...plain, name: 'refused' },
  how: 'nothing listens; the registry is started',
  outage: (site, host) =>
    Promise.resolve({
      begin: nothing,
      heal: async () => {
        await frontAt(site, host);
      },
    }),
};

const dropped: OutageKind = {
  ...{ ...plain, name: 'dropped' },
  how: 'packets to the registry are dropped; the rule is removed',
  async outage(site, host) {
    await frontAt(site, host);
    await site.firewall.drop(host.address);
    return { begin: nothing, heal: () => site.firewall.allow(host.address) };
  },
};

const reset: OutageKind = {
  ...{ ...plain, name: 'reset' },
  how: 'the connection is reset after the ClientHello; no longer',
  async outage(site, { address }) {
    const https = createHttpsServer({ key: site.tls.key, cert: site.tls.cert }, passOn(site.sound));
    const state = { healed: false };
    const server = createTcpServer(socket => {
      if (state.healed) https.emit('connection', socket);
      else socket.on('error', () => undefined).once('data', () => socket.resetAndDestroy());
    });
    const front = await listening(server, { host: address, port: site.port });
    site.defer(() => front.stop());
    return {
      begin: nothing,
      heal: () => {
        state.healed = true;
        return Promise.resolve();
      },
    };
  },
};

/** Answers 503 until it is healed. */
const unavailable = (name: string, how: string, headers: Record<string, string>): OutageKind => ({
  ...{ ...plain, name, how },
  async outage(site, host) {
    const state = { healed: false };
    const pass = passOn(site.sound);
    await frontAt(site, host, (request, response) => {
      if (state.healed) pass(request, response);
      else response.writeHead(503, { 'content-type': 'text/html', ...headers }).end('<h1>503 Service Unavailable</h1>');
    });
    return {
      begin: nothing,
      heal: () => {
        state.healed = true;
        return Promise.resolve();
      },
    };
  },
});

const proxy: OutageKind = {
  ...{ ...plain, name: 'proxy', node: 'proxied' },
  how: 'containerd’s proxy answers CONNECT by 502, or (every second) by 504 after 20 s; it leads there',
  async outage(site, host, at) {
    await frontAt(site, host);
    site.proxyRules.set(host.fqdn, at % 2 === 0 ? { status: 502 } : { status: 504, afterMs: 20_000 });
    return {
      begin: nothing,
      heal: () => {
        site.proxyRules.delete(host.fqdn);
        return Promise.resolve();
      },
    };
  },
};

const ca: OutageKind = {
  ...{ ...plain, name: 'CA fixed', trusted: false, inTurn: { with: true, without: false } },
  how: 'signed by a CA that the node does not have; it is written to certs.d',
  async outage(site, { address, at }) {
    const front = await httpsFront({ host: address, port: site.port }, site.strangeTls, passOn(site.sound));
    site.defer(() => front.stop());
    return {
      begin: nothing,
      heal: ({ namespace }) => namespace.write(`/etc/containerd/certs.d/${at}/ca.crt`, site.stranger.pem),
    };
  },
};

/** Fills the disk but for what containerd's books may need and no layer fits in. */
const fill = 'cat /dev/zero >"$0" 2>/dev/null || truncate -s -307200 "$0"';

const disk: OutageKind = {
  ...{ ...plain, name: 'disk freed', node: 'small disk', inTurn: { with: true, without: true } },
  how: 'another program’s file fills the file system of the images; it is removed',
  async outage(site, host) {
    await frontAt(site, host);
    const sh = async (namespace: Namespace, script: string): Promise<void> => {
      await run(namespace.enter(['sh', '-c', script, join(namespace.dir, 'private/containerd/root/filler')]));
    };
    return {
      async begin({ namespace, containerd }) {
        // A node that has pulled before: where containerd's database must grow on a full disk, the layer stays locked for ever.
        const cri = connectCri(containerd.socket);
        for (const image of site.earlierImages) await cri.pull(`${host.at}/${image}`, null);
        cri.close();
        await sh(namespace, fill);
      },
      heal: ({ namespace }) => sh(namespace, 'rm "$0"'),
    };
  },
};

/** Every kind that heals. */
export const outageKinds: readonly OutageKind[] = [
  ...[dns, refused, dropped, reset],
  unavailable('503', 'the registry answers 503; it serves again', {}),
  ...[proxy, ca, disk],
  {
    ...unavailable('503, Retry-After 30', 'each answer asks for a pause of 30 s as well', { 'retry-after': '30' }),
    aside: true,
  },
];
