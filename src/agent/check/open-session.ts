import type { ImageRef } from '../../model/image-ref.ts';
import type { RegistryHost, RegistryHosts } from '../../model/registry-hosts.ts';
import { parseGoUrl } from '../../parse/go-url.ts';
import type { HostCredentials } from '../credentials/node-credentials.ts';
import type { AskedImage } from '../node-config/read-crio-hosts.ts';
import { readRegistryHosts } from '../node-config/read-registry-hosts.ts';
import { RequestBudget } from '../probe/request-budget.ts';
import { Session } from '../probe/session.ts';
import { trustFor } from '../probe/trust.ts';
import type { CheckedNode } from './node.ts';

/** The path to a registry or to one of its images, as this node's files have it, with what all its hosts share. */
export type PullPath = {
  registry: string;
  image: ImageRef | null;
  found: RegistryHosts;
  /** What of this node's credentials may be shown to a host. */
  credentialsOf: (host: string, plain: boolean) => HostCredentials;
  budget: RequestBudget;
};

/** Reads the path; credential provider plugins have until `deadline`. Rejects where `signal` ends it. */
export const openPath = async (
  { registry, image }: { registry: string; image: AskedImage | null },
  node: CheckedNode,
  { signal, deadline }: { signal: AbortSignal; deadline: AbortSignal },
): Promise<PullPath> => {
  const found = await readRegistryHosts(registry, { ...node, image, signal });
  const ref = image?.ref ?? null;
  const credentialsOf = await node.credentials.of({ registry, image: ref }, deadline);
  return { registry, image: ref, found, credentialsOf, budget: new RequestBudget() };
};

/** A session with one host of the path: as the runtime would speak to it, with what may be shown there. */
export const openSession = async (host: RegistryHost, path: PullPath, node: CheckedNode): Promise<Session> => {
  const { registry, image, found, credentialsOf, budget } = path;
  const { resolver, net, proxy } = node;
  const { skipVerify, url, repository = image?.repository ?? '' } = host;
  return new Session({
    ...{ host, budget, image: image === null ? null : { ...image, repository } },
    // `ns=` tells a mirror of containerd's which registry is meant; CRI-O sends none.
    registry: found.runtime === 'cri-o' ? new URL(url).host : registry,
    way: { resolver, net, trust: await trustFor(host, node), proxyEnv: proxy.environment, skipVerify },
    credentials: credentialsOf(parseGoUrl(url)?.host ?? '', url.startsWith('http:')),
  });
};
