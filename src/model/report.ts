import type { Cause } from './cause.ts';
import type { ReportedCheck } from './check.ts';
import type { Finding } from './finding.ts';

/** Who reports: identity is the uid with the boot id, so a replaced node of the same name inherits nothing. */
export type NodeIdentity = { name: string; uid: string; bootId: string; machineId?: string };

/** One container's open pull failure. Times are epoch milliseconds. */
export type OpenPull = {
  /** As the pod spec writes it, or as the runtime names it where only that is known. */
  image: string;
  namespace: string;
  pod: string;
  podUid: string | null;
  container: string;
  reason: string;
  textCause: Cause;
  /** The first real error, at most 4 KiB. */
  message: string;
  attempts: number;
  firstSeen: number;
  lastSeen: number;
  nextAttemptAt: number | null;
};

/** One pull that pullpath itself made over CRI. */
export type RetryRecord = {
  image: string;
  at: number;
  ms: number;
  outcome: 'pulled' | 'failed' | 'unavailable';
  /** The cause of the retry's own error text, null where it pulled. */
  cause: Cause | null;
  message: string | null;
  /** What was asked of the path until it answered, and how often. */
  watched?: { check: string; host: string | null; times: number; since: number };
  /** When the step that was broken passed again. */
  healedAt?: number;
  /** When a pod that waited for it ran, by the journal. */
  ranAt?: number;
  /** How much later the kubelet's own next attempt was due, milliseconds; 0 where it was due before. */
  savedMs?: number;
  /** A person asked for it. */
  byHand?: boolean;
  /** The rule that kept it from being pulled; then nothing was sent, and `message` says why. */
  rule?: string;
};

/** An image that the runtime has, by its full name, and when it was pulled last: by whomever, the kubelet mostly. */
export type PulledImage = { image: string; at: number };

/** What was lost on the way, since this boot's agent started: nothing is dropped without being counted. */
export type Dropped = { reports: number; lines: number; pulls: number };

export type RuntimeVersion = { name: string; version: string; apiVersion: string };

/** What machine the node is, as far as it can be told; texts are empty where it cannot. */
export type HostFacts = {
  os: string;
  kernel: string;
  arch: string;
  /** Maker and model, such as a cloud's machine type. */
  machine: string;
  processor: string;
  cpus: number;
  memoryBytes: number;
};

/** The parts that only a full report carries. */
export type ReportState = {
  runtime: RuntimeVersion | null;
  /** Null until the kubelet has told its version. */
  kubelet?: { version: string } | null;
  /**
   * Sha256 in hexadecimal of each file or setting that decides how images are pulled, by a name that is the same on every
   * node: what differs between nodes is found by it. Never the content.
   */
  fingerprint?: Record<string, string>;
  /** What this node may have in common with others that fail: nameservers, proxy host, subnet, egress address. Never a secret. */
  traits?: Record<string, string>;
  checks: ReportedCheck[];
  pulls: OpenPull[];
  findings: Finding[];
  retries: RetryRecord[];
  /** The newest, newest first; an older agent does not tell them. */
  pulled?: PulledImage[];
  /** Found out once after the start. */
  host?: HostFacts;
};

type ReportHead = {
  schema: 'pullpath.report/1';
  node: NodeIdentity;
  /** Grows with every report of a node and boot; with them it names the report. */
  seq: number;
  sentAt: number;
  agent: { version: string };
  dropped: Dropped;
};

/**
 * Everything the node knows. A heartbeat instead says that nothing changed since the full report of number `fullSeq`,
 * so that an aggregator that never saw that one can ask for it.
 */
export type FullReport = ReportHead & { kind: 'full' } & ReportState;
export type Heartbeat = ReportHead & { kind: 'heartbeat'; fullSeq: number };
export type Report = FullReport | Heartbeat;
