/** The command line: its questions, the streams it follows, the texts it explains. */
export const cliLimits = {
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
  /** What is read of one text to explain: a describe page of a pod with twenty containers has 30 KiB. */
  explainChars: 131_072,
  /** A line to explain: 10 MB on one line must get an answer, an endless one must not fill the memory. */
  explainLineChars: 16_777_216,
  /** Lines after which standard input is no paste but a stream: a describe page of a big pod has 400. */
  explainPasteLines: 2000,
  /** Records of one pasted text that are explained one by one. */
  explainStatements: 100,
  /** A record that is looked through for several failed pulls: it is then read twice, and must stay within 5 ms per 10 KB. */
  explainSplitChars: 16_384,
  /** Other failed pulls told beside the one that is explained: events of a namespace tell of a dozen pods. */
  explainOthers: 20,
  /** Names in one statement: a text with more is no error, and each is looked at. */
  explainNames: 250,
} as const;
