import type { Cause } from './cause.ts';
import type { Check } from './check.ts';
import type { CheckCode } from './check-codes.ts';
import type { Explanation, Severity } from './finding.ts';
import type { ConfigProblemCode, RegistryHost } from './registry-hosts.ts';
import type { RetryRecord } from './report.ts';

/** The checks of one host that containerd asks for the registry, in the order of the path. */
export type HostWalk = Pick<RegistryHost, 'role' | 'url' | 'source'> & {
  host: string;
  checks: Check[];
};

/** What the walk found wrong: the cause with its fix, and the checks that show it. */
export type WalkFinding = Explanation & {
  severity: Severity;
  code: CheckCode | ConfigProblemCode;
  /** What the pull's own text says, where it was tried as well. */
  textCause?: Cause;
  /** Ids of the checks that failed for it. */
  evidence: string[];
  /** The failed check's own words. */
  message: string;
};

/** One target, walked: what `pullpath check --json` prints. */
export type Walk = {
  target: string;
  image?: string;
  registry: string;
  /** In containerd's order: the mirrors, then the upstream. */
  hosts: HostWalk[];
  /** The checks of the node itself. */
  checks: Check[];
  /** HTTP requests by the host they went to; for the agent's budget. */
  requests?: Record<string, number>;
  /** What came of pulling it over CRI, where that was asked for. */
  pull?: RetryRecord;
  findings: WalkFinding[];
  /** Epoch milliseconds. */
  startedAt: number;
  ms: number;
};
