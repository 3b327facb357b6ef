/** Recovery: how a broken step is watched, and what is pulled when, by one node and by all that wait on a registry. */
export const recoverLimits = {
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
