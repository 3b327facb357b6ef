import t, { type Test } from 'tap';
import type { Check } from '../../../src/model/check.ts';
import { checkCodes } from '../../../src/model/check-codes.ts';
import { probeDnsNameserver } from '../../../src/agent/probe/dns-nameserver.ts';
import { probeDnsResolve } from '../../../src/agent/probe/dns-resolve.ts';
import { probeProxyConnect } from '../../../src/agent/probe/proxy-connect.ts';
import { probeRegistryBlob } from '../../../src/agent/probe/registry-blob.ts';
import { probeRegistryManifest } from '../../../src/agent/probe/registry-manifest.ts';
import { probeRegistryPing } from '../../../src/agent/probe/registry-ping.ts';
import { probeRegistryPlatform } from '../../../src/agent/probe/registry-platform.ts';
import { probeRegistryToken } from '../../../src/agent/probe/registry-token.ts';
import { probeTcpConnect } from '../../../src/agent/probe/tcp-connect.ts';
import { probeTlsHandshake } from '../../../src/agent/probe/tls-handshake.ts';
import { calm, closedPort, nameserver, session, tcp, testNet, testResolver } from './stand.ts';

type Probe = (t: Pick<Test, 'teardown'>, port: number, signal: AbortSignal) => Promise<Check>;

const node = { os: 'linux', architecture: 'amd64' };
const image = 'reg.test:1/app:v1';
const plain = (port: number): { url: string; image: string } => ({ url: `http://reg.test:${port}/v2`, image });
const resolver = (port: number): ReturnType<typeof testResolver> => testResolver(testNet({ dnsPort: port }));

const probes: Record<string, Probe> = {
  'dns.nameserver': (_t, port, signal) =>
    probeDnsNameserver({ server: '127.0.0.1', name: 'a.test', resolver: resolver(port) }, signal),
  'dns.resolve': (_t, port, signal) =>
    probeDnsResolve({ name: 'a.test', resolver: resolver(port), found: () => undefined }, signal),
  'proxy.connect': async (t, port, signal) => {
    const { way } = await session(t, plain(port));
    const proxy = { connect: `http://127.0.0.1:${port}`, shown: `http://127.0.0.1:${port}`, variable: 'HTTPS_PROXY' };
    return probeProxyConnect({ proxy, ...way, host: 'a.test', port: 443, plain: false }, signal, way.net);
  },
  'tls.handshake': async (t, port, signal) =>
    probeTlsHandshake(await session(t, { url: `https://reg.test:${port}/v2` }), signal, testNet()),
  'registry.ping': async (t, port, signal) => probeRegistryPing(await session(t, plain(port)), signal),
  'registry.token': async (t, port, signal) => probeRegistryToken(await session(t, plain(port)), signal),
  'registry.manifest': async (t, port, signal) => probeRegistryManifest(await session(t, plain(port)), signal),
  'registry.platform': async (t, port, signal) =>
    probeRegistryPlatform({ session: await session(t, plain(port)), node }, signal),
  'registry.blob': async (t, port, signal) => {
    const made = await session(t, plain(port));
    made.layers = [{ digest: `sha256:${'a'.repeat(64)}` }];
    return probeRegistryBlob(made, signal);
  },
};

const isFailure = (check: Check): boolean =>
  check.outcome === 'fail' && check.code !== null && check.code in checkCodes && check.detail !== '';

t.test('a closed port is a failure with a code, for every probe', async t => {
  const port = await closedPort();
  for (const [id, probe] of Object.entries(probes)) {
    const check = await probe(t, port, calm);
    t.ok(isFailure(check), `${id}: ${check.code}`);
    t.equal(check.id, id);
  }
  const check = await probeTcpConnect({ address: '127.0.0.1', port, otherFamily: false }, calm, testNet());
  t.match(check, { id: 'tcp.connect', outcome: 'fail', code: 'tcp-refused' });
});

t.test('a listener that says nothing is a failure within each probe’s own deadline', async t => {
  const port = await tcp(t, socket => socket.resume());
  const checks = await Promise.all(Object.values(probes).map(probe => probe(t, port, calm)));
  for (const check of checks) t.ok(isFailure(check), `${check.id}: ${check.code}`);
});

t.test('garbage is a failure with a code, for every probe', async t => {
  const port = await tcp(t, socket => socket.end('\u0000\u0001garbage\r\n\r\n'));
  for (const [id, probe] of Object.entries(probes)) {
    const check = await probe(t, port, calm);
    t.ok(isFailure(check), `${id}: ${check.code}`);
  }
});

t.test('an endless stream of headers or of bytes is a failure or cut, for every probe that speaks HTTP', async t => {
  const flood = 'x'.repeat(65_536);
  const port = await tcp(t, socket => {
    const more = (): void => {
      while (socket.write(flood));
    };
    socket.once('data', () => {
      socket.write('HTTP/1.1 200 OK\r\nx: ');
      more();
    });
    socket.on('drain', more);
  });
  for (const id of ['proxy.connect', 'registry.ping', 'registry.manifest', 'registry.blob'])
    t.match(await probes[id]?.(t, port, calm), { outcome: 'fail' }, id);
});

t.test('an aborted signal ends every probe as not tested', async t => {
  const silent = await tcp(t, socket => socket.resume());
  const { port: silentDns } = await nameserver(t, () => null);
  for (const [id, probe] of Object.entries(probes)) {
    const port = id.startsWith('dns.') ? silentDns : silent;
    const stopped = await probe(t, port, AbortSignal.abort());
    t.match(stopped, { outcome: 'skip', code: 'cancelled' }, `${id} before it began`);
    const cut = await probe(t, port, AbortSignal.timeout(50));
    t.match(cut, { outcome: 'skip', code: 'cancelled' }, `${id} while it waits`);
  }
});
