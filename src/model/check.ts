import type { Stage } from './cause.ts';

/** What a check saw, for programs: addresses, names, dates, statuses; never a secret. */
export type Fact = string | number | boolean | null | readonly Fact[] | { readonly [name: string]: Fact };
export type Facts = Record<string, Fact>;

/** One step of the pull path as tried from the node. `skip` is its own outcome: not tested is never healthy. */
export type Check = {
  /** Stable id, such as `runtime.cri`. */
  id: string;
  stage: Stage;
  outcome: 'pass' | 'fail' | 'skip';
  /** Stable code of a failure, or of why it was not tested; null otherwise. */
  code: string | null;
  /** The check whose failure kept this one from being tried. */
  waitsFor?: string;
  /** How long it took, milliseconds. */
  ms: number;
  facts?: Facts;
  /** For people; nothing decides by it. */
  detail: string;
};

/**
 * A check as it is reported: of one host on the way to a registry, or of the node itself where both are missing. `at` is
 * when it was made, epoch milliseconds by the node's clock; missing for what is watched all the time.
 */
export type ReportedCheck = Check & { registry?: string; host?: string; role?: 'mirror' | 'upstream'; at?: number };

/** The stages that each host on the way to a registry is told by, in the order of the path. */
export const hostStages = ['config', 'dns', 'proxy', 'tcp', 'tls', 'auth', 'registry', 'manifest', 'blob'] as const;

type CheckKind = { stage: Stage; tests: string };
const kind = (stage: Stage, tests: string): CheckKind => ({ stage, tests });

/** Every check of a walk in the order of the path, with what it tests. Ids are part of the API. */
export const checkKinds = {
  'config.containerd': kind('config', 'containerd’s config.toml, its imports and drop-ins'),
  'config.certs-d': kind('config', 'the directory that containerd picks for the registry'),
  'config.hosts-toml': kind('config', 'hosts.toml as containerd reads it'),
  'config.ca-files': kind('config', 'the CA and client certificate files that the configuration names'),
  'config.proxy': kind('config', 'the proxy settings of containerd’s process or unit'),
  'runtime.cri': kind('runtime', 'the runtime answers on its CRI socket'),
  'node.disk': kind('unpack', 'space and inodes of the file system that images are stored on'),
  'node.clock': kind('tls', 'the node’s clock against the registries’ `Date`'),
  'dns.nameserver': kind('dns', 'one nameserver of the node’s resolv.conf, asked by itself'),
  'dns.resolve': kind('dns', 'the name, resolved as containerd’s resolver does from /etc/hosts and all nameservers'),
  'tcp.connect': kind('tcp', 'a connection to one address'),
  'proxy.connect': kind('proxy', 'containerd’s proxy, and its way to the host'),
  'tls.handshake': kind('tls', 'the TLS handshake, whatever the certificate'),
  'tls.chain': kind('tls', 'the certificate chain against the CAs that containerd has for this host'),
  'registry.ping': kind('registry', '`GET /v2/`: 200 and 401 are healthy'),
  'registry.token': kind(
    'auth',
    'the token service that the registry names, or its own user and password, with what credentials the node has',
  ),
  'registry.manifest': kind('manifest', 'the image’s manifest'),
  'registry.platform': kind('manifest', 'an image for this node’s platform, picked as containerd does'),
  'registry.blob': kind('blob', 'one byte of a layer, behind its redirect'),
  'registry.rate-limit': kind('registry', 'what is left of the registry’s pull limit, where it tells'),
} as const satisfies Record<string, CheckKind>;

/** The stable id of a check of the walk. */
export type CheckId = keyof typeof checkKinds;
