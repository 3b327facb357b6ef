import type { Sealed } from './sealed.ts';

/** A certificate and its key, as files below the host's root; a combined file stands in both. */
export type ClientPair = { certFile: string; keyFile: string };

/** One host that containerd asks for an image's registry, with all that its configuration says of it. */
export type RegistryHost = {
  /** `https://mirror.example:5000/v2`, path included, as requests begin. Where `httpFallback` is true, what is tried first. */
  url: string;
  role: 'mirror' | 'upstream';
  /** The file that names it, or `default` where containerd adds it by itself. */
  source: string;
  /** Line of `source`, where it has one. */
  line: number | null;
  /** The image's repository at this host, where the configuration puts another name in the place of the image's own (CRI-O). */
  repository?: string;
  capabilities: { pull: boolean; resolve: boolean };
  /** CA files besides the system's bundle, absolute as the node sees them. */
  caFiles: string[];
  clientPairs: ClientPair[];
  /** containerd does not verify this host's certificate; we check the chain all the same, and say so. */
  skipVerify: boolean;
  /** Names only: values may be secrets. */
  headerNames: string[];
  /** What containerd sends along to this host; missing where there is nothing. */
  headers?: Sealed<Record<string, string[]>>;
  /** Milliseconds; null is containerd's default of 30 s, 0 is no limit. */
  dialTimeoutMs: number | null;
  /** True where containerd tries HTTPS first and plain HTTP after it. */
  httpFallback: boolean;
};

/** Every code of a problem in the runtime's registry configuration, with what it means; docs/checks.md has them. */
export const configProblemCodes = {
  'config-unreadable': 'the runtime’s configuration file cannot be read',
  'config-invalid': 'the runtime’s configuration file is not valid TOML, or has a value of the wrong type',
  'config-not-reloaded': 'the runtime runs with other settings than its files have: a restart is missing',
  'config-section-ignored': 'a registry section stands where this version of the runtime does not look for it',
  'config-path-unset': 'config_path is not set, so that the registry’s directory in certs.d is not read',
  'config-path-list-ignored': 'config_path lists several directories, and the transfer service takes the list as one',
  'mirrors-and-config-path': 'mirrors and config_path are both set, and the CRI plugin refuses to load',
  'cri-disabled': 'the CRI plugin is disabled',
  'registry-directory-unreadable': 'the registry’s directory in certs.d cannot be looked up',
  'hosts-config-invalid': 'hosts.toml is not valid and is left out as a whole',
  'hosts-config-unreadable': 'hosts.toml is there and cannot be read',
  'host-url-unusable': 'an entry of hosts.toml names no host that can be asked',
  'registry-name-unusable': 'the image’s registry is no host that can be asked, by its port or its name',
  'host-entry-ignored': 'a host of hosts.toml is not written as a table of its own and is left out',
  'registry-blocked': 'registries.conf blocks the registry',
  'short-name-unresolved': 'nothing in registries.conf says which registry a name without one means',
  'no-host-resolves': 'no configured host may resolve tags',
  'ca-unreadable': 'a CA file cannot be read',
  'ca-invalid': 'a CA file holds no certificate in PEM',
  'client-cert-unreadable': 'a client certificate or its key cannot be read',
  'client-cert-invalid': 'a client certificate and its key do not belong together or are not PEM',
  'file-too-large': 'a file is larger than is read',
} as const;

export type ConfigProblemCode = keyof typeof configProblemCodes;

/** Something in the configuration that the runtime refuses or ignores. */
export type ConfigProblem = {
  code: ConfigProblemCode;
  file: string;
  line: number | null;
  /**
   * What the runtime does instead: fails every pull of this registry, goes on without, refuses to start; `unknown` where
   * it does not tell; `not-read` is ours, for what is too large to be read here.
   */
  effect: 'pull-fails' | 'ignored' | 'start-fails' | 'unknown' | 'not-read';
  /** For people; never a value that may be secret. */
  detail: string;
};

/** Which hosts the runtime asks for one registry, in its order, and what is wrong with the files that say so. */
export type RegistryHosts = {
  /** The registry as the image reference has it: `docker.io`, `reg.example:5000`. */
  registry: string;
  /** The runtime whose rules were followed; containerd where it is missing. */
  runtime?: 'containerd' | 'cri-o';
  /** The directory of certs.d that is used for it, null where none is. */
  directory: string | null;
  /** In the order in which they are asked. Where a problem's effect is `pull-fails`, none is asked. */
  hosts: RegistryHost[];
  problems: ConfigProblem[];
};
