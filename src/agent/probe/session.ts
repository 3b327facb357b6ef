import type { X509Certificate } from 'node:crypto';
import { apiHost, type ImageRef } from '../../model/image-ref.ts';
import type { RegistryHost } from '../../model/registry-hosts.ts';
import { proxyFor, type Proxy } from '../../parse/proxy-env.ts';
import type { Challenge } from '../../parse/www-authenticate.ts';
import type { Credential } from '../credentials/credential.ts';
import { noCredentials, type HostCredentials } from '../credentials/node-credentials.ts';
import type { Way } from './dial.ts';
import { HttpClient, type HttpAnswer } from './http-client.ts';
import { endOf } from './net.ts';
import type { Fault } from './outcome.ts';
import type { RequestBudget } from './request-budget.ts';

/** A manifest that names layers, as far as a probe needs it. */
export type Layers = { digest: string }[];

const tokenPattern = /^[!#$%&'*+.^_`|~\w-]+$/;
const isHeaderValue = (value: string): boolean => /^[\t\x20-\x7e\x80-\xff]*$/.test(value);
/** Headers that say how a request is sent: ours to set, as they are Go's. */
const ownHeaders = /^(?:host|connection|content-length|transfer-encoding|accept|accept-encoding|range|user-agent)$/i;

/** What a session is made of; without `credentials` it walks as anybody, without `budget` it has one of its own. */
type SessionOf = {
  host: RegistryHost;
  registry: string;
  image: ImageRef | null;
  way: Way;
  credentials?: HostCredentials;
  budget?: RequestBudget;
};

/**
 * One host of a walk, and what its probes have learnt so far for those after them. What may be secret (credentials, the
 * token) is here and in no check.
 */
export class Session {
  readonly host: RegistryHost;
  readonly registry: string;
  readonly image: ImageRef | null;
  readonly way: Way;
  readonly http: HttpClient;
  /** True once the host turned out to speak plain HTTP where containerd goes on with that. */
  plain: boolean;
  addresses: string[] = [];
  /** Addresses that took a connection. */
  open: string[] = [];
  tls: { chain: X509Certificate[]; faults: Fault[] } | null = null;
  challenge: Challenge | null = null;
  readonly credentials: HostCredentials;
  /** Those of `credentials` that were not tried yet. */
  readonly untried: Credential[];
  /** Why credentials that the node has are not sent, in words; null where nothing is held back. */
  withheld: string | null = null;
  /** The one that was taken. */
  used: Credential | null = null;
  /** The header that opens this host: a token, or user and password. A secret. */
  authorization: string | null = null;
  /** The last answer to HEAD of the manifest. */
  head: HttpAnswer | null = null;
  /** The manifest's digest, once the registry told it. */
  digest: string | null = null;
  layers: Layers | null = null;

  constructor(given: SessionOf) {
    const { host, registry, image, way, budget } = given;
    this.host = host;
    this.registry = registry;
    this.image = image;
    this.way = way;
    this.plain = host.url.startsWith('http:');
    this.credentials = given.credentials ?? noCredentials;
    this.untried = [...this.credentials.tries];
    const { withheld } = this.credentials;
    if (withheld.length > 0) this.withheld = `those of ${withheld.join(', ')} are for another host`;
    const { origin } = new URL(host.url);
    this.http = new HttpClient(budget === undefined ? { origin, way } : { origin, way, budget });
  }

  /**
   * What goes along with every request to this host, and to no other: the headers of its hosts.toml, as containerd sends them,
   * and what opens it. Nothing where containerd would send it unverified to whoever answers.
   */
  get secrets(): Record<string, string | string[]> {
    if (this.host.skipVerify && (this.tls?.faults.length ?? 0) > 0) return {};
    const headers = Object.entries(this.host.headers?.open() ?? {}).filter(
      ([name, values]) => tokenPattern.test(name) && !ownHeaders.test(name) && values.every(isHeaderValue),
    );
    const own = Object.fromEntries(headers.map(([name, values]) => [name.toLowerCase(), values]));
    return this.authorization === null ? own : { ...own, authorization: this.authorization };
  }

  /** Where requests begin, as the host is spoken to. */
  get base(): URL {
    const url = new URL(this.host.url);
    if (this.plain && url.protocol === 'https:') return new URL(this.host.url.replace(/^https:/, 'http:'));
    return url;
  }

  get end(): { host: string; port: number } {
    return endOf(new URL(this.host.url));
  }

  get proxy(): Proxy | null {
    return proxyFor(this.host.url, this.way.proxyEnv);
  }

  /** Where Docker Hub counts pulls: there no manifest is fetched. */
  get countsPulls(): boolean {
    return /(?:^|\.)docker\.io$/.test(this.end.host);
  }

  /** A URL of the registry's API below its base; mirrors are told which registry is meant, as containerd does. */
  url(path: string): URL {
    const { base } = this;
    const url = new URL(`${base.pathname.replace(/\/+$/, '')}/${path}`, base);
    const own = apiHost(this.registry);
    if (path !== '' && base.host !== own && base.host !== new URL(`https://${own}`).host)
      url.searchParams.set('ns', this.registry);
    return url;
  }
}
