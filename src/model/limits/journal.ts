/** What is read of a node's journal, and what is kept of its pulls. */
export const journalLimits = {
  /** Kubelet image back-off: 10 s, doubled, at most 300 s (kubelet image_manager, 1.28 to 1.36). */
  backoffInitialMs: 10_000,
  backoffMaxMs: 300_000,
  /** A pod that waits for an image is named every 10 to 16 s; twice the longest back-off without a word means it is gone. */
  silentPullMs: 600_000,
  /** A klog value over several lines: registries answer with a page at worst, and it was cut by the runtime before. */
  klogBlockLines: 256,
  klogBlockChars: 65_536,
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
  /** Images that the runtime pulled, the newest of a day: as many as a node of a hundred pods has. A deploy's pulls are all within it. */
  pulledImages: 50,
  pulledMs: 86_400_000,
  /** A job with imagePullPolicy Always pulls its image at each start: that it was pulled again so soon is worth no report. */
  pulledAgainMs: 3_600_000,
  /** Pulls of CRI-O that run at one time, by the number of their requests: the kubelet's own are a handful. */
  runtimeRequests: 64,
  /** Two lines of one attempt are milliseconds apart, two attempts at least the first back-off of 10 s. */
  sameAttemptMs: 1_000,
} as const;
