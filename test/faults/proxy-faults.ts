import * as broken from '../lab/broken.ts';
import { fails, type Fault, type Told, works } from './fault.ts';
import { proxyFront, type ProxyRule } from './fronts.ts';
import { startNode, type FaultNode } from './node.ts';
import type { Site } from './site.ts';

const proxyPort = 3128;

/** Proxies: needed and missing, refusing, dead, and where one should not be used. */
export const proxyFaults = async (site: Site): Promise<Fault[]> => {
  const pass = broken.passOn(site.sound);
  // Out there: packets to the address that its name has are dropped, only the proxy has a way to it.
  const outside = site.host('outside');
  await site.firewall.drop(outside.address);
  const behind = site.host('outside-behind', { resolves: false });
  const front = await broken.httpsFront(
    { host: behind.address, port: site.port },
    await site.ca.issue(outside.fqdn),
    pass,
  );
  site.defer(() => front.stop());
  for (const name of ['internal', 'p-403', 'p-407', 'p-502', 'p-silence', 'p-babble', 'exempt'])
    await site.front(name, pass);
  const special: Record<string, ProxyRule> = {
    [outside.fqdn]: { to: behind.address },
    'internal.lab.test': { status: 502 },
    'p-403.lab.test': { status: 403 },
    'p-407.lab.test': { status: 407 },
    'p-502.lab.test': { status: 502 },
    'p-silence.lab.test': 'silence',
    'p-babble.lab.test': 'babble',
  };
  const rule = (host: string): ProxyRule => special[host] ?? { to: site.addressOf(host) ?? site.block };
  const proxy = site.host('proxy');
  const listening = await proxyFront({ host: proxy.address, port: proxyPort }, rule);
  site.defer(() => listening.stop());
  const [dead, dropped] = [site.host('proxy-dead'), site.host('proxy-drop')];
  await site.firewall.drop(dropped.address);
  const to = (address: string): string => `http://${address}:${proxyPort}`;
  const on = async (name: string, environment: Record<string, string>): Promise<FaultNode> => {
    const node = await startNode(site, name, { environment });
    for (const host of ['good', 'outside', 'internal', 'exempt', 'p-403', 'p-407', 'p-502', 'p-silence', 'p-babble'])
      await node.certs(`${site.at(host)}/ca.crt`);
    return node;
  };
  const HTTPS_PROXY = to(proxy.address);
  const node = await on('proxied', { HTTPS_PROXY, NO_PROXY: 'exempt.lab.test,.cluster.local' });
  const of = (name: string, truth: string, host: string, where = node): Told => ({
    ...{ name, truth, node: where, image: `${site.at(host)}/app:v1` },
  });
  const bare = await on('no-proxy', {});
  return [
    works(of('proxy-ok', 'reached through the proxy alone', 'outside')),
    works(of('no-proxy-exempt', 'NO_PROXY names the registry', 'exempt')),
    fails(
      of('proxy-missing', 'only the proxy has a way out, and containerd has no proxy set', 'outside', bare),
      'network-timeout',
    ),
    fails(
      of('no-proxy-missing', 'NO_PROXY does not name the internal registry, which the proxy cannot reach', 'internal'),
      'proxy-failure',
    ),
    fails(of('proxy-403', 'the proxy refuses the host', 'p-403'), 'proxy-failure'),
    fails(of('proxy-407', 'the proxy wants a password', 'p-407'), 'proxy-failure'),
    fails(of('proxy-502', 'the proxy cannot reach the host', 'p-502'), 'proxy-failure'),
    fails(
      of('proxy-silent', 'the proxy takes the request and never answers', 'p-silence'),
      'proxy-failure',
      'network-timeout',
    ),
    fails(of('proxy-babbles', 'what listens at the proxy’s address is no proxy', 'p-babble'), 'proxy-failure'),
    fails(
      of(
        'proxy-dead',
        'nothing listens at the proxy’s address',
        'good',
        await on('proxy-dead', { HTTPS_PROXY: to(dead.address) }),
      ),
      'proxy-failure',
    ),
    fails(
      of(
        'proxy-dropped',
        'packets to the proxy are dropped',
        'good',
        await on('proxy-drop', { HTTPS_PROXY: to(dropped.address) }),
      ),
      'proxy-failure',
    ),
  ];
};
