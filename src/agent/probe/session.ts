import type { X509Certificate } from 'node:crypto';
import type { ImageRef } from '../../model/image-ref.ts';
import type { RegistryHost } from '../../model/registry-hosts.ts';
import { proxyFor, type Proxy } from '../../parse/proxy-env.ts';
import type { Challenge } from '../../parse/www-authenticate.ts';
import type { Way } from './dial.ts';
import { HttpClient, type HttpAnswer } from './http-client.ts';
import { endOf } from './net.ts';
import type { Fault } from './outcome.ts';

/** A manifest that names layers, as far as a probe needs it. */
export type Layers = { digest: string }[];

/**
 * One host of a walk, and what its probes have learnt so far for those after them. What may be secret (the token) is here and
 * in no check.
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
  token: string | null = null;
  /** The last answer to HEAD of the manifest. */
  head: HttpAnswer | null = null;
  /** The manifest's digest, once the registry told it. */
  digest: string | null = null;
  layers: Layers | null = null;

  constructor(given: { host: RegistryHost; registry: string; image: ImageRef | null; way: Way }) {
    this.host = given.host;
    this.registry = given.registry;
    this.image = given.image;
    this.way = given.way;
    this.http = new HttpClient(given.way);
    this.plain = given.host.url.startsWith('http:');
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
    const own = this.registry === 'docker.io' ? 'registry-1.docker.io' : this.registry;
    if (path !== '' && base.host !== own && base.host !== new URL(`https://${own}`).host)
      url.searchParams.set('ns', this.registry);
    return url;
  }
}
