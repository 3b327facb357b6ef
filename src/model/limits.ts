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
} as const;
