import { planHost, blockerOf, stepsUntil, type PlanStep } from '../../diagnose/plan.ts';
import { checkCodes, type CheckCode } from '../../model/check-codes.ts';
import { checkKinds, type Check, type CheckId } from '../../model/check.ts';
import type { HostWalk } from '../../model/walk.ts';
import { probeDnsNameserver } from '../probe/dns-nameserver.ts';
import { probeDnsResolve } from '../probe/dns-resolve.ts';
import { probeProxyConnect } from '../probe/proxy-connect.ts';
import { probeRegistryBlob } from '../probe/registry-blob.ts';
import { probeRegistryManifest } from '../probe/registry-manifest.ts';
import { probeRegistryPing } from '../probe/registry-ping.ts';
import { probeRegistryPlatform, type Platform } from '../probe/registry-platform.ts';
import { probeRegistryRateLimit } from '../probe/registry-rate-limit.ts';
import { probeRegistryToken } from '../probe/registry-token.ts';
import type { Session } from '../probe/session.ts';
import { probeTcpConnect } from '../probe/tcp-connect.ts';
import { probeTlsChain } from '../probe/tls-chain.ts';
import { probeTlsHandshake } from '../probe/tls-handshake.ts';

type Start = (session: Session, signal: AbortSignal, node: Platform) => Promise<Check>[];

const tcpConnects: Start = (session, signal) =>
  session.addresses.map(async address => {
    const otherFamily = session.addresses.some(other => !other.includes(':'));
    const { port } = session.end;
    const check = await probeTcpConnect({ address, port, otherFamily }, signal, session.way.net);
    if (check.outcome === 'pass') session.open.push(address);
    return check;
  });

const proxyConnect: Start = (session, signal) => {
  const { proxy, way, end } = session;
  if (proxy === null) return [];
  return [probeProxyConnect({ proxy, ...way, ...end, plain: session.plain }, signal, way.net)];
};

const dnsResolve: Start = (session, signal) => {
  const found = (addresses: string[]): void => {
    session.addresses = addresses;
  };
  return [probeDnsResolve({ name: session.end.host, resolver: session.way.resolver, found }, signal)];
};

const starts: Partial<Record<CheckId, Start>> = {
  'dns.nameserver': ({ way: { resolver }, end }, signal) =>
    resolver.conf.nameservers.map(server => probeDnsNameserver({ server, name: end.host, resolver }, signal)),
  'dns.resolve': dnsResolve,
  'tcp.connect': tcpConnects,
  'proxy.connect': proxyConnect,
  'tls.handshake': (session, signal) => [probeTlsHandshake(session, signal, session.way.net)],
  'tls.chain': session => [probeTlsChain(session)],
  'registry.ping': (session, signal) => [probeRegistryPing(session, signal)],
  'registry.token': (session, signal) => [probeRegistryToken(session, signal)],
  'registry.manifest': (session, signal) => [probeRegistryManifest(session, signal)],
  'registry.rate-limit': session => [probeRegistryRateLimit(session)],
  'registry.platform': (session, signal, node) => [probeRegistryPlatform({ session, node }, signal)],
  'registry.blob': (session, signal) => [probeRegistryBlob(session, signal)],
};

/** Several nameservers or addresses: the walk goes on with the first that works and hears of the others at the end. */
const sideBySide: ReadonlySet<CheckId> = new Set<CheckId>(['dns.nameserver', 'tcp.connect']);

const skipped = (id: CheckId, code: CheckCode, waitsFor?: string): Check => ({
  ...{ id, stage: checkKinds[id].stage, outcome: 'skip', code },
  ...(waitsFor === undefined ? {} : { waitsFor }),
  ms: 0,
  detail: waitsFor === undefined ? checkCodes[code].means : `waits for ${waitsFor}`,
});

/** Resolves when one of the checks passes, or when all have ended; gives those that have ended by then. */
const firstPass = (checks: readonly Promise<Check>[]): Promise<Check[]> =>
  new Promise(resolve => {
    const ended: Check[] = [];
    if (checks.length === 0) resolve(ended);
    for (const each of checks)
      void each.then(check => {
        ended.push(check);
        if (check.outcome === 'pass' || ended.length === checks.length) resolve([...ended]);
      });
  });

const stepsOf = (session: Session): PlanStep[] =>
  planHost({
    scheme: session.plain ? 'http' : 'https',
    proxied: session.proxy !== null,
    named: session.way.resolver.known(session.end.host) === null,
    image: session.image !== null,
    resolves: session.host.capabilities.resolve || session.image?.digest != null,
  });

/**
 * Walks the path to one host, step by step; what waits for a failed step is skipped and says so. With `until`, only that step
 * and what it cannot do without. Never rejects.
 */
export const walkHost = async (
  session: Session,
  signal: AbortSignal,
  node: Platform,
  until: string | null = null,
): Promise<HostWalk> => {
  const running = new Map<CheckId, Promise<Check>[]>();
  const steps = stepsOf(session);
  try {
    for (const step of until === null ? steps : stepsUntil(steps, until)) {
      const before = await Promise.all(step.waitsFor.map(id => firstPass(running.get(id) ?? [])));
      const blocker = blockerOf(step, before.flat());
      let checks: Promise<Check>[];
      if (blocker !== null) checks = [Promise.resolve(skipped(step.id, 'waits-for', blocker))];
      else if (signal.aborted) checks = [Promise.resolve(skipped(step.id, 'cancelled'))];
      else checks = starts[step.id]?.(session, signal, node) ?? [];
      running.set(step.id, checks);
      if (!sideBySide.has(step.id)) await Promise.all(checks);
    }
    const { role, url, source } = session.host;
    const checks = await Promise.all([...running.values()].flat());
    return { host: new URL(url).host, role, url, source, checks };
  } finally {
    session.http.close();
  }
};
