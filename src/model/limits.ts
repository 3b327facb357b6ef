/** Every timeout and bound, each with its reason. Milliseconds and bytes. */
export const limits = {
  /** A finding's message: the longest real texts are under 2 KiB; two levels of credentials lists fit in 4. */
  messageBytes: 4096,
  /** A report when unpacked: contracts.md. */
  reportBytes: 1024 * 1024,
  /** Kubelet image back-off: 10 s, doubled, at most 300 s (kubelet image_manager, 1.28 to 1.36). */
  backoffInitialMs: 10_000,
  backoffMaxMs: 300_000,
  /** A pod that waits for an image is named every 10 to 16 s; twice the longest back-off without a word means it is gone. */
  silentPullMs: 600_000,
  /** A klog value over several lines: registries answer with a page at worst, and it was cut by the runtime before. */
  klogBlockLines: 256,
  klogBlockChars: 65_536,
  /** Parts of one report: beyond what fits into its size, so that the size decides and no list alone has a report refused. */
  reportFindings: 5000,
  reportPulls: 5000,
  reportChecks: 5000,
  reportRetries: 5000,
  /** Facts of one check: a chain of ten certificates with six facts each. */
  checkFacts: 100,
  /** Files and settings fingerprinted: some for each of 64 registries. */
  fingerprintEntries: 1000,
  fingerprintRegistries: 400,
  traitEntries: 50,
  findingPods: 1000,
  /** Checks that speak for one finding: a walk has fifteen kinds of them. */
  findingEvidence: 50,
  /** Brackets within brackets: a report itself has six. */
  reportDepth: 32,
  /** One request, headers and body: a full report over a slow line; longer is an attack or a dead peer. */
  requestMs: 15_000,
  /** Longer than the agents' 30 s between heartbeats, so that each keeps its one connection. */
  keepAliveMs: 75_000,
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
  /** The agent waits for them so long after it heard of a failure: its report goes out within a second. */
  policyWaitMs: 10_000,
  /** A fault that every request meets is logged once in this time: a full disk must not fill the log as well. */
  complainMs: 10_000,
  /** Two heartbeats: an older boot that still sends new reports when the newer one is silent for this long was the live one. */
  bootSilentMs: 60_000,
  /** A caller that met a database which cannot be used asks again after this: a failover takes some seconds. */
  unavailableSeconds: 5,
  /**
   * Reports stored in one transaction, which holds up all else: a fiftieth of a second, whether of heartbeats or of full
   * reports. And those that wait for theirs, by number and unpacked: a second or two, and some tens of MiB of memory.
   */
  batchReports: 128,
  batchChars: 1024 * 1024,
  waitingReports: 4096,
  waitingChars: 16 * 1024 * 1024,
  /** Reports wait so long for others to share a transaction with, where the last one was as short ago: half the work of each, a fifth of what an answer may take. */
  gatherMs: 10,
  /**
   * PostgreSQL: one connection writes reports, the others answer questions; Debian's server takes 100 connections in all.
   * A statement takes milliseconds; one that takes so long is waiting for a server that is not well.
   */
  databaseConnections: 8,
  databaseConnectMs: 5_000,
  databaseStatementMs: 8_000,
  /** The client's own patience, for a server that says nothing at all: a little more, so that the server's word comes first. */
  databaseAnswerMs: 10_000,
  /** Transactions that fell over one another are tried again so many times. */
  databaseTries: 4,
  /** The first look at the database when the program starts; it may be starting as well. */
  databaseStartMs: 10_000,
  /** Who does not lead asks this often; who leads asks whether its connection lives, and gives up after the time for an answer. */
  leadPollMs: 1_000,
  leadAnswerMs: 3_000,
  /** Changes are announced; where an announcement was lost they are found after this. */
  changesPollMs: 2_000,
  /** A file with a database URL or a password. */
  secretFileBytes: 65_536,
  /** The log that event streams resume from: a quarter of an hour of a large cluster in trouble. */
  storedEvents: 20_000,
  /** That a node was removed is told for a day: who follows the changes asks every few seconds. */
  goneNodeMs: 86_400_000,
  /** Lists of the API: a page that a person can hold, and one that is still small to send. */
  listDefault: 100,
  listMax: 500,
  /** A command line's request: on call nobody waits longer; connecting takes a round trip. */
  askMs: 10_000,
  askConnectMs: 3_000,
  /** kubectl starts in a tenth of a second, may log in first, and has its own retries. */
  kubectlMs: 30_000,
  /** A stream of events says something at least every few seconds; silent for so long it is dead. */
  streamSilentMs: 60_000,
  /** Whoever follows events comes back after this, and asks this often where there is no stream. */
  followAgainMs: 1_000,
  followAgainMaxMs: 30_000,
  followPollMs: 5_000,
  /** One event: an incident with all its names. */
  eventChars: 1024 * 1024,
  /** An answer of the aggregator: the largest node detail is one report and its findings. */
  answerBytes: 16 * 1024 * 1024,
  /** A line from journalctl: journald cuts the kubelet's lines at 48 KiB, four characters a byte where they come as numbers. */
  journalLineBytes: 262_144,
  /** What journalctl says on its error output before it ends: one message is enough to act on. */
  stderrBytes: 4096,
  /** Streams whose multi-line values are rejoined at one time: kubelet and runtime restarted a few times. */
  openStreams: 32,
  /** How far a file that stands in for the journal is read back at the start: some minutes of a busy kubelet. */
  fileLookbackBytes: 4 * 1024 * 1024,
  /** A file's new lines are looked for this often where nothing announces them. */
  filePollMs: 500,
  /** journalctl restarts: at once after a hiccup, then patiently. */
  journalRetryFirstMs: 250,
  journalRetryMaxMs: 30_000,
  /** A journalctl that ran this long stays, and the next restart is soon again. */
  journalSteadyMs: 10_000,
  /** One question to journalctl (its newest entry): a large journal on a slow disk takes seconds. */
  journalAskMs: 20_000,
  /** Whether the journal's directory is still the same: one listing. */
  journalLookMs: 10_000,
  /** The journal's newest entry is asked for this often at most. */
  journalCheckMs: 60_000,
  /** Open pulls: twice the containers of the largest nodes (500 pods). */
  openPulls: 1000,
  /** Errors kept to find out which pod they belong to; the kubelet logs pod and image within milliseconds. */
  recentErrors: 64,
  recentErrorMs: 5_000,
  /** Pods whose pull secret is missing: as the open pulls, mostly far fewer. */
  missingSecrets: 500,
  /** The kubelet names all failing containers of a pod in one line: one left out for four syncs is not failing any more. */
  containerSilentMs: 60_000,
  /** Two lines of one attempt are milliseconds apart, two attempts at least the first back-off of 10 s. */
  sameAttemptMs: 1_000,
  /** A changed report waits this long for more changes, so that one failing pull (four lines) is one report. */
  reportDebounceMs: 150,
  /** Changes that add nothing new (one more attempt) are put together. */
  reportLazyMs: 5_000,
  /** Full reports are at least this far apart: a node with 30 failing pods must not send ten a second. */
  reportGapMs: 400,
  /** State on disk is this old at most; a restart reads the journal again from there. */
  stateSaveMs: 2_000,
  /** Reports waiting for the aggregator: at one heartbeat in 30 s alone this is more than a day. */
  spoolReports: 4096,
  /** Refused reports kept for a person to look at. */
  spoolRefused: 16,
  /** Sending: a connection, and the aggregator's whole answer. */
  sendMs: 15_000,
  sendRetryFirstMs: 500,
  sendRetryMaxMs: 30_000,
  /** A refused token is not asked for again every second. */
  sendDeniedMs: 30_000,
  /** A Retry-After beyond this would leave the node stale. */
  retryAfterMaxMs: 300_000,
  /** By then every part of the agent is loaded and the first report is sent. */
  settleMs: 10_000,
  /** What machine the node is: a dozen commands, on a busy node a few seconds. */
  hostFactsMs: 20_000,
  /** A clean stop sends what waits for this long at most. */
  stopFlushMs: 3_000,
  /** An answer to a report is one short object. */
  sendAnswerBytes: 65_536,
  /** CRI calls other than PullImage: a healthy containerd answers in milliseconds, a busy one within seconds. */
  criCallMs: 5_000,
  /** A pull has no limit at the kubelet; large images take minutes, and a hanging one must not block the next retry for ever. */
  criPullMs: 600_000,
  /** containerd's own limit for a message, both ways. */
  criMessageBytes: 16 * 1024 * 1024,
  /** The kubelet's reconnect bounds for CRI. */
  criReconnectFirstMs: 100,
  criReconnectMaxMs: 3_000,
  /** CRI is asked for its version this often while it answers, and while it does not. */
  criPollMs: 10_000,
  criPollDownMs: 3_000,
  /** A failure is retried only while it is new: an old journal is history. */
  retryFreshMs: 180_000,
  /** Nodes that fail together try again spread over this time. */
  retryJitterMs: 3_000,
  /** Retries kept in the report. */
  retryRecords: 100,
  /** What is read of one text to explain: a describe page of a pod with twenty containers has 30 KiB. */
  explainChars: 131_072,
  /** A line to explain: 10 MB on one line must get an answer, an endless one must not fill the memory. */
  explainLineChars: 16_777_216,
  /** Lines after which standard input is no paste but a stream: a describe page of a big pod has 400. */
  explainPasteLines: 2000,
  /** Records of one pasted text that are explained one by one. */
  explainStatements: 100,
  /** Names in one statement: a text with more is no error, and each is looked at. */
  explainNames: 250,
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
  /** Names in an answer about a cluster: what a person reads, while the count says the rest. */
  incidentNodes: 100,
  incidentPods: 50,
  incidentFindings: 100,
  incidentRegistries: 20,
  /** What nodes have in common is judged this often, and as often after a fault; silence is looked for, and evidence kept, more rarely. */
  judgeMs: 1_000,
  /** From so many nodes on, judging is not done again for every question, but takes at most this part of the time (one in ten). */
  judgeFewNodes: 1_000,
  judgePart: 10,
  judgeSilenceMs: 5_000,
  judgeRefreshMs: 60_000,
  /** Changed nodes read at one time: some hundred KiB each at worst, some KiB mostly. */
  judgeNodes: 100,
  /** How long a question waits for the first reading of all nodes, which takes a millisecond or two each. */
  clusterReadMs: 2_000,
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
  /** In a cluster of more nodes, what differs between them is worked out anew this often at most: it costs a tenth of a second. */
  driftMs: 5_000,
  driftNodes: 1000,
  /** Values told of one setting in which nodes differ: more are not drift but a thing of each node's own. */
  driftValues: 20,
  /** Of one node's waiting containers, so many are kept by name: a few of each node tell more than all of one. */
  nodeIncidentPods: 5,
  /** A fault that may heal opens an incident when it lasted this long: the kubelet's second and third try (after 10 and 20 s) failed too. */
  incidentHoldMs: 30_000,
  /** An incident closes when nothing of it was seen for so long, and one that comes back within the second is the same. */
  incidentQuietMs: 60_000,
  incidentReopenMs: 600_000,
  /** After the last node joined: twice the time in which most nodes meet a fault that is there (the back-off's first minute). */
  incidentGrowMs: 120_000,
  /** A node whose outcome changed three times within the window flaps: one fault and its healing are two changes. */
  flapWindowMs: 600_000,
  flapChanges: 3,
  /** A broken step is asked again: at first so soon, then after a sixtieth of how long it has been broken, at last so late. */
  recoverFirstMs: 2_000,
  recoverMaxMs: 30_000,
  /** Between the end of a question that hung and the next. */
  recoverGapMs: 500,
  recoverPaceShare: 60,
  /** Images whose recovery is followed: as many as a bad hour of a node has. */
  recoverImages: 200,
  /** One pull at a time a registry and two a node: the kubelet's own default is one. */
  recoverRegistryPulls: 1,
  recoverNodePulls: 2,
  /** Pulls of the agent's own in an hour: of one image as many as the kubelet makes in its back-off's first ten minutes. */
  recoverImageHour: 6,
  recoverNodeHour: 30,
  /** After a pull that failed: longer than the kubelet's second back-off, then doubled up to twice its longest. */
  recoverPullFirstMs: 30_000,
  recoverPullMaxMs: 600_000,
  /** What was held back by a rule that passes is looked at again: a pull of the kubelet's ends within seconds mostly. */
  recoverHeldMs: 5_000,
  /** What was held back after its path was walked: a walk is some requests. */
  recoverRuledMs: 60_000,
  /** The aggregator has counted who waits so long after a failure: its report goes out within a second, and is counted within two more. */
  herdSettledMs: 3_000,
  /** The kubelet's configuration is read again this often. */
  kubeletConfigMs: 60_000,
  /** An image of unknown size: larger than nineteen of twenty. Compressed layers and what they unpack to are about four times the former. */
  recoverUnknownBytes: 1024 ** 3,
  recoverUnpackFactor: 4,
  /** And no more than this share of the disk: a small one is of a node with small images. */
  recoverUnknownShare: 0.1,
  /** The kubelet's default of imageGCHighThresholdPercent. */
  imageGcHighPercent: 85,
  /** What one node sends to see that a registry answers, walk one image and pull it: 1, 6 and 8 requests. */
  recoverTurnRequests: 15,
  /** Requests a second at one registry from all nodes that wait on it: a registry on one small machine answers hundreds. */
  herdPerSecond: 100,
  /** Who waits on which registry is counted this often at most. */
  herdCountMs: 2_000,
  /** An agent that cannot ask who else waits assumes a thousand nodes: over this time they begin 17 turns a second. */
  recoverBlindMs: 60_000,
  /** What the aggregator said of a herd is believed so long: three heartbeats. */
  herdUsableMs: 90_000,
  /** A pull that began and of whose end nothing was heard: the longest that the agent's own may take, six times. */
  pullSeenMs: 3_600_000,
  /** Pulls asked for by hand wait so long for their nodes' reports, so many of them: two images at each of 20,000 nodes. */
  askedRetryMs: 300_000,
  askedRetries: 40_000,
  /** Images in one answer. */
  askedRetriesAtOnce: 20,
  /** Of each node so many of pullpath's own pulls are told in the list of all, the newest, with so much of an error's text. */
  listedRetries: 10,
  listedRetryChars: 300,
  /** A pod whose image was pulled is looked for so long: the kubelet's next syncs and its start. */
  recoverRanMs: 600_000,
} as const;
