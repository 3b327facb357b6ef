import { parseImageRef } from '../../model/image-ref.ts';
import { namedBy } from '../../diagnose/walk-outcome.ts';
import type { WatchStep } from '../../model/recovery.ts';
import { parseGoUrl } from '../../parse/go-url.ts';
import { limits } from '../../model/limits.ts';
import { readRegistryHosts } from '../node-config/read-registry-hosts.ts';
import { withDeadline } from '../probe/net.ts';
import { RequestBudget } from '../probe/request-budget.ts';
import { Session } from '../probe/session.ts';
import { trustFor } from '../probe/trust.ts';
import type { CheckedNode } from './node.ts';
import { platform } from './walk.ts';
import { walkHost } from './walk-host.ts';

/** What came of asking one step: whether it passed, the requests that went to each host, and the time that an answer named. */
export type Asked = { passed: boolean; requests: Record<string, number>; notBefore: number | null };

const unsent = (passed: boolean): Asked => ({ passed, requests: {}, notBefore: null });

/** Asks one step of the path to a registry, with no more than it needs before it: the lookup before the connection. */
export const askStep = async (
  { registry, image, step }: { registry: string; image: string; step: WatchStep },
  node: CheckedNode,
  signal: AbortSignal,
): Promise<Asked> => {
  if (step.check === 'node.disk')
    return unsent(node.checks.some(({ id, outcome }) => id === 'node.disk' && outcome === 'pass'));
  const parsed = parseImageRef(image);
  if (!parsed.ok) return unsent(false);
  const asked = { text: image, ref: parsed.ref };
  const found = await readRegistryHosts(registry, { ...node, image: asked, signal });
  const host = found.hosts.find(({ url }) => new URL(url).host === step.host) ?? found.hosts.at(-1);
  if (host === undefined) return unsent(false);
  const trust = await trustFor(host, node);
  const way = {
    ...{ resolver: node.resolver, net: node.net, trust, proxyEnv: node.proxy.environment },
    skipVerify: host.skipVerify,
  };
  const { repository = parsed.ref.repository } = host;
  const credentials = await node.credentials.of({ registry, image: parsed.ref }, signal);
  const budget = new RequestBudget();
  const session = new Session({
    ...{ host, registry: found.runtime === 'cri-o' ? new URL(host.url).host : registry, way, budget },
    image: { ...parsed.ref, repository },
    credentials: credentials(parseGoUrl(host.url)?.host ?? '', host.url.startsWith('http:')),
  });
  const { checks } = await walkHost(session, withDeadline(signal, limits.walkMs), platform, step.check);
  const own = checks.filter(({ id }) => id === step.check);
  // A step that this host's path has not any more, as tcp.connect behind a new proxy, is for the walk to judge.
  const passed = own.length === 0 || own.some(({ outcome }) => outcome === 'pass');
  return { passed, requests: budget.counts, notBefore: namedBy(checks, node.net.now()) };
};
