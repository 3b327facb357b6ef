/** The aggregator's database: how reports are stored, and what is kept. */
export const storeLimits = {
  /** Two heartbeats: an older boot that still sends new reports when the newer one is silent for this long was the live one. */
  bootSilentMs: 60_000,
  /** A caller that met a database which cannot be used asks again after this: a failover takes some seconds. */
  unavailableSeconds: 5,
  /**
   * Reports stored in one transaction. SQLite holds up all else meanwhile: a fiftieth of a second, whether of heartbeats or of
   * full reports. PostgreSQL does not, and each of a transaction's dozen statements is a way there and back. And those that wait
   * for theirs, by number and unpacked: some seconds, and some tens of MiB of memory, since the digest of a report that is
   * findings for the most part is half of it.
   */
  batchReports: 128,
  sqliteBatchChars: 1024 * 1024,
  postgresBatchChars: 8 * 1024 * 1024,
  waitingReports: 4096,
  waitingChars: 32 * 1024 * 1024,
  /**
   * A second thread reads the bodies over so many bytes (a heartbeat has 250, a full report of a few registries 1,500) from so
   * many in a second on, so many at a time, and ends after so long with fewer; after a fault it is not started again for as long. A few megabytes are for what is new in it:
   * nothing outlives its report. Very large bodies would be many megabytes in its hands, and are read where they come.
   */
  readerBytes: 1024,
  readerMaxBytes: 128 * 1024,
  readerFrom: 100,
  readerInHand: 64,
  readerIdleMs: 20_000,
  readerYoungMb: 4,
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
} as const;
