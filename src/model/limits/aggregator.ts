/** The aggregator's door: connections, callers, the cluster's API, event streams, lists. */
export const aggregatorLimits = {
  /** One request, headers and body: a full report over a slow line; longer is an attack or a dead peer. */
  requestMs: 15_000,
  /** Longer than the agents' 30 s between heartbeats, so that each keeps its one connection. */
  keepAliveMs: 75_000,
  /** Nothing was sent or taken for so long within a request: longer than any answer takes to make, with a database that hangs. */
  connectionSilentMs: 60_000,
  /** A stop waits this long for requests under way: half of Kubernetes' 30 s before SIGKILL. */
  stopMs: 15_000,
  /** Kubernetes' API: one call, an answer (a page of pods), and how often the account's files are read again (the kubelet replaces a token at 80 % of its life). */
  kubernetesMs: 10_000,
  kubernetesAnswerBytes: 8 * 1024 * 1024,
  kubernetesAccountMs: 60_000,
  kubernetesConnections: 8,
  /** Tokens remembered: agents and readers of the largest clusters, twice, since each token is replaced. */
  authCache: 40_000,
  /** An admitted token is asked about again after this at the latest: what is revoked in between stays in. A refused one soon. */
  authKeptMs: 3_600_000,
  authRefusedMs: 10_000,
  /** What a reader may read is kept this long: as the API server's own delegated authorizers do for a yes. */
  accessKeptMs: 300_000,
  /** A projected token has about 1,300 characters; header and claims of a large identity provider some more. */
  tokenChars: 8192,
  /** A token file is looked at this often at most. */
  tokenLookMs: 5_000,
  /** The nodes' labels: listed every few minutes, in pages, of the largest clusters twice. */
  nodeLabelsMs: 300_000,
  nodeLabelPage: 250,
  nodeLabelPages: 120,
  /** TLS files are looked at this often: a secret's new content reaches a pod within a minute or two. */
  tlsLookMs: 10_000,
  /** One client's rate: reports come every 0.4 s at most; a page of the command line asks a few times. Requests a second, and how many at once. */
  reportRate: { perSecond: 5, burst: 60 },
  readRate: { perSecond: 50, burst: 500 },
  refusedRate: { perSecond: 10, burst: 200 },
  rateClients: 40_000,
  /** What the cluster is asked of one finding's pods: the first few, their secrets, and a page of the namespace's pods. */
  workloadChecks: 5,
  workloadSecrets: 8,
  workloadHosts: 50,
  workloadNodes: 20,
  workloadPods: 500,
  /** Answers are kept this long, and so many pods a second are asked about: some ten calls each. */
  workloadKeptMs: 60_000,
  workloadCache: 5000,
  workloadRate: { perSecond: 2, burst: 20 },
  /** Pull policies, which never change in a pod's life: of so many containers in an answer, kept so long, one call a pod, so many a second. */
  policiesAtOnce: 100,
  policyPods: 20_000,
  policyKeptMs: 3_600_000,
  policyRate: { perSecond: 20, burst: 200 },
  /** An answer to a report waits for them so long: the API server takes some milliseconds. */
  policyAnswerMs: 250,
  /** A fault that every request meets is logged once in this time: a full disk must not fill the log as well. */
  complainMs: 10_000,
  /** Lists of the API: a page that a person can hold, and one that is still small to send. */
  listDefault: 100,
  listMax: 500,
  /** Connections at one time: one of each agent of the largest clusters, and readers. Idle ones cost 10 KiB each. */
  connections: 20_000,
  /** Event streams: one reader's (the page in a few tabs, a command line), and all; beyond, readers are told to come back. */
  streamsPerCaller: 6,
  streams: 256,
  /** A stream ends after this, and its reader comes back with its token: a token that was revoked reads no longer. */
  streamMs: 900_000,
  streamRetryMs: 3_000,
  /** Comments keep proxies from taking a quiet stream for a dead one: most give up after 30 or 60 s. */
  streamBeatMs: 15_000,
  /** A reader that took nothing for so long is dropped: it comes back to where it was. */
  streamSlowMs: 10_000,
  /** Changes that come together are told together; events read at one time: an incident has some 15 KiB. */
  streamGatherMs: 200,
  streamPage: 50,
} as const;
