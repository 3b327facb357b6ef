/** The agent's reports and how it sends them, its talk with the runtime, its retries. */
export const agentLimits = {
  /** The agent waits for them so long after it heard of a failure: its report goes out within a second. */
  policyWaitMs: 10_000,
  /** A changed report waits this long for more changes, so that one failing pull (four lines) is one report. */
  reportDebounceMs: 150,
  /** Changes that add nothing new (one more attempt) are put together. */
  reportLazyMs: 5_000,
  /**
   * New pulls alone make a full report of a heartbeat this often at most, at a moment within this time: all nodes that pull a
   * new image at once tell it over three minutes, and failures elsewhere are mostly judged with it.
   */
  reportPulledMs: 180_000,
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
  /** The kubelet's configuration is read again this often. */
  kubeletConfigMs: 60_000,
} as const;
