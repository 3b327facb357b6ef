/** What all nodes together are judged by: scope, incidents, drift. */
export const scopeLimits = {
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
  /** In a cluster of more nodes, what differs between them is worked out anew this often at most: it costs a tenth of a second. */
  driftMs: 5_000,
  driftNodes: 1000,
  /** Values told of one setting in which nodes differ: more are not drift but a thing of each node's own. */
  driftValues: 20,
  /** Of one node's waiting containers, so many are kept by name: a few of each node tell more than all of one. */
  nodeIncidentPods: 5,
  /** A pull of an image shortly before it began to fail elsewhere shows that it can be pulled; before that its tag may have gone. */
  pulledBeforeMs: 600_000,
  /** Settings that a node tells for the first time so soon after its first report were there: a start reads them one by one. */
  traitSettleMs: 300_000,
  /** A setting that is not told for so long and then is as before has not changed: an agent that starts, a runtime that is down. */
  traitGapMs: 3_600_000,
  /** Settings that a node no longer has, with the time: more than the files of some registries that were taken away. */
  traitsGone: 100,
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
} as const;
