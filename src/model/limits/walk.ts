/** A walk of the pull path: its requests, the node's files that it reads, and how often it is walked. */
export const walkLimits = {
  /** Each probe's own deadline: half of containerd's for TLS and more than a sound path ever takes (a third of a second is slow). */
  probeDnsMs: 5_000,
  probeConnectMs: 5_000,
  probeTlsMs: 5_000,
  probeHttpMs: 10_000,
  /** One question to one nameserver: Go's own limit is 5 s; a little less, so that the answer is ours to give. */
  dnsQueryMs: 4_500,
  /** A whole walk, however many hosts: 15 s with what is read before and judged after; short enough for a person who waits. */
  walkMs: 14_500,
  /** Of an answer to a probe: token, tag list or index; the largest real indexes have 30 KiB. */
  probeBodyBytes: 65_536,
  /** Headers of such an answer: registries behind chatty proxies send 4 KiB. */
  probeHeaderBytes: 16_384,
  /** Requests to one registry host in one walk. */
  probeRequests: 12,
  /** Redirects of one request: a blob takes one or two. */
  probeRedirects: 5,
  /** Addresses of one name that are tried, and nameservers and search names as Go takes them. */
  probeAddresses: 8,
  dnsServers: 3,
  dnsNames: 8,
  /** Certificates of a chain that are kept: real chains have four. */
  chainCertificates: 10,
  /** A clock that is off by more than this breaks tokens; `Date` has whole seconds and may be cached for a few. */
  clockSkewMs: 60_000,
  /** Below this a layer does not fit any more. */
  diskFreeBytes: 200 * 1024 * 1024,
  diskFreeInodes: 1000,
  /** resolv.conf, /etc/hosts: block lists have megabytes, more is no hosts file. */
  nodeFileBytes: 4 * 1024 * 1024,
  /** A bundle of CAs: the system's has 220 KiB. */
  caFileBytes: 8 * 1024 * 1024,
  /** containerd reads the system's CAs once, at its start; by then a changed one is seen at the latest. */
  bundleKeptMs: 300_000,
  /** What OpenSSL makes of a set of CAs is 1 MB: as many as walks at once may need. */
  tlsContexts: 10,
  /** Targets of one check, walked side by side by so many. */
  walkTargets: 64,
  walksAtOnce: 10,
  /** The agent's first walks: soon after the start, and not all nodes of a rollout at once. */
  probeFirstMs: 2_000,
  /** Where `--probe-interval` is 0, the node's own files and disk are still looked at; no request is sent for it. */
  probeQuietRoundMs: 300_000,
  /** A walk younger than this answers a new failure too: a storm of failures is one walk. */
  probeFreshMs: 5_000,
  /** A broken path is walked again: soon, then ever later; while a pod waits for it at least once a minute. */
  probeBrokenFirstMs: 5_000,
  probeBrokenMaxMs: 60_000,
  /** Failing images of one registry that are walked beside it: what ails a sixth was seen on the others. */
  probeImages: 5,
  /** Registries that are walked: certs.d and images of real nodes name three to twenty. */
  probeRegistries: 64,
  /** Requests to one registry host in an hour: a walk each 30 s, the shortest interval, sends 240 to 360. */
  probeHourRequests: 480,
  /** That budget is counted in slots of this length. */
  probeSlotMs: 300_000,
  /** Walks that start within this time read the node's own files once. */
  probeSharedMs: 2_000,
  /** A Retry-After of more than a day is a mistake. */
  probeHoldMs: 86_400_000,
  /** hosts.toml: real ones have some lines. config.toml: `containerd config default` writes 10 KiB. */
  hostsTomlBytes: 256 * 1024,
  configTomlBytes: 2 * 1024 * 1024,
  /** CA and certificate files: the whole bundle of a distribution is 250 KiB, 5,000 certificates are 10 MiB. */
  certFileBytes: 16 * 1024 * 1024,
  /** Certificates looked at in one file until one is good: containerd asks for one. */
  certificatesPerFile: 5000,
  /** A unit file, a drop-in, an environment file. */
  unitFileBytes: 262_144,
  /** /proc/PID/environ: execve takes 2 MiB of arguments and environment at most by default. */
  environBytes: 2 * 1024 * 1024,
  /** Links followed in one path: as the kernel. */
  symbolicLinks: 40,
  /** A Docker configuration of the kubelet: a secret has 1 MiB at most, and a node's file no more. */
  dockerConfigBytes: 1024 * 1024,
  /** Credentials that match one image and are tried: the kubelet tries all, each is up to three requests. */
  credentialTries: 3,
  /** A credential provider plugin: the kubelet gives it a minute, a walk has less; real ones take a second. */
  credentialPluginMs: 8_000,
  /** What such a plugin prints: one response with a few passwords. */
  credentialPluginBytes: 256 * 1024,
  /** Answers of such plugins that are kept: an image or a registry each. */
  credentialCache: 200,
  /** Entries of one directory: certs.d of a registry has a handful; so have drop-ins and imports. */
  directoryEntries: 1000,
  configImports: 200,
  /** A file written this shortly after the runtime's process began may have been there: the boot's time has whole seconds. */
  startSlackMs: 2_000,
  /** A walk older than this decides nothing: three times the longest that one is due. */
  walkUsableMs: 900_000,
  /** Hosts that failed during pulls and images whose credentials failed, remembered with the time: pulls are rare, and a node has few mirrors. */
  failedHosts: 64,
  failedHostMs: 3_600_000,
  failedCredentials: 200,
  /** From a failed credential provider to the failure of the pull that went without it: a refusal takes seconds. */
  failedCredentialsMs: 30_000,
} as const;
