/** What a report may hold, for both of its ends. */
export const reportLimits = {
  /** A finding's message: the longest real texts are under 2 KiB; two levels of credentials lists fit in 4. */
  messageBytes: 4096,
  /** A report when unpacked: contracts.md. */
  reportBytes: 1024 * 1024,
  /** Parts of one report: beyond what fits into its size, so that the size decides and no list alone has a report refused. */
  reportFindings: 5000,
  reportPulls: 5000,
  reportChecks: 5000,
  reportRetries: 5000,
  reportPulled: 5000,
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
} as const;
