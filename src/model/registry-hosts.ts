/** A certificate and its key, as files below the host's root; a combined file stands in both. */
export type ClientPair = { certFile: string; keyFile: string };

/** One host that containerd asks for an image's registry, with all that its configuration says of it. */
export type RegistryHost = {
  /** `https://mirror.example:5000/v2`, path included, as requests begin. */
  url: string;
  role: 'mirror' | 'upstream';
  /** The file that names it, or `default` where containerd adds it by itself. */
  source: string;
  capabilities: { pull: boolean; resolve: boolean };
  /** CA files besides the system's bundle, absolute as the node sees them. */
  caFiles: string[];
  clientPairs: ClientPair[];
  /** containerd does not verify this host's certificate; we check the chain all the same, and say so. */
  skipVerify: boolean;
  /** Names only: values may be secrets. */
  headerNames: string[];
  /** Milliseconds; null is containerd's default of 30 s. */
  dialTimeoutMs: number | null;
  /** True where containerd tries HTTPS first and plain HTTP after it. */
  httpFallback: boolean;
};

/** Something in the configuration that containerd refuses or ignores. */
export type ConfigProblem = {
  /** Stable code, listed in docs/checks.md. */
  code: string;
  file: string;
  line: number | null;
  /** What containerd does instead: fails every pull, or goes on without. */
  effect: 'pull-fails' | 'ignored';
  detail: string;
};

/** Which hosts containerd asks for one registry, in its order, and what is wrong with the files that say so. */
export type RegistryHosts = {
  /** The registry as the image reference has it: `docker.io`, `reg.example:5000`. */
  registry: string;
  hosts: RegistryHost[];
  problems: ConfigProblem[];
};
