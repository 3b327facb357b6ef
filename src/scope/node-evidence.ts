import type { Cause, Stage } from '../model/cause.ts';
import { causeFacts } from '../model/cause.ts';
import type { ReportedCheck } from '../model/check.ts';
import type { Finding, Severity } from '../model/finding.ts';
import { apiHost, normalImage } from '../model/image-ref.ts';
import { limits } from '../model/limits.ts';
import type { PulledImage, ReportState } from '../model/report.ts';
import { breakOf } from '../diagnose/walk-findings.ts';
import { subjectOf } from './fault-class.ts';
import { pulledOf, type Heard } from './pulled-images.ts';
import { traitsOf, type Traits } from './traits.ts';

/** An open finding as the store gives it; `openedAt` is the aggregator's time of its first sight. */
type OpenFinding = Finding & { openedAt: number };

/** What is known of a node: its newest full report, its open findings, and what the cluster says of it. */
export type NodeInput = {
  uid: string;
  name: string;
  state: Omit<ReportState, 'findings'>;
  findings: readonly OpenFinding[];
  heard: Heard;
  /** Labels of the Kubernetes node, where they are known. */
  labels?: Readonly<Record<string, string>>;
};

/** A container that waits, without the node's name. */
export type WaitingPod = { namespace: string; pod: string; container: string };

/** A broken thing as one node sees it. */
export type Failure = {
  cause: Cause;
  stage: Stage | null;
  severity: Severity;
  /** When it was first known, the aggregator's time; null where only a check tells. */
  since: number | null;
  findings: string[];
  pods: number;
  /** Some of them. */
  waiting: WaitingPod[];
  /** Of the check that failed; null where only a finding tells. */
  code: string | null;
  /** The registries on whose way it was met: one host may serve several. */
  registries: string[];
};

/** What a node says about a host, an image or itself; `failure` null is a pass, and no fact at all is not tested. */
export type Fact = {
  subject: 'host' | 'image' | 'node';
  /** The host, the image in full, or the cause. */
  name: string;
  registries: string[];
  /** When the newest check of it was made, by the node's clock; null where only a finding tells. */
  at: number | null;
  failure: Failure | null;
};

/** One node's part in the comparison, compact: a cluster has 15,000 of them. */
export type NodeEvidence = {
  uid: string;
  name: string;
  facts: Fact[];
  traits: Traits;
  /** When each trait became what it is, by name; one that is not here was so from the start. */
  since?: ReadonlyMap<string, number>;
  /** The newest first; of many nodes many images, so that they are no facts of their own. */
  pulled: PulledImage[];
};

const failureOf = (cause: Cause, severity: Severity): Failure => ({
  ...{ cause, stage: causeFacts(cause).stage, severity, since: null },
  ...{ findings: [], pods: 0, waiting: [], code: null, registries: [] },
});

/** Checks that only an answering registry passes: short of one of them nothing says that it can be reached. */
const answers: ReadonlySet<string> = new Set([
  ...['registry.ping', 'registry.token', 'registry.manifest'],
  ...['registry.platform', 'registry.blob'],
]);

/** What a host's checks say of the way to it; null where they did not come far enough to tell. */
const wayTo = (checks: ReportedCheck[], clockIsWrong: boolean): { failure: Failure | null } | null => {
  const fault = breakOf({ checks });
  if (fault !== null) {
    // With a wrong clock every certificate looks expired: that is the node's fact, and says nothing of the host.
    if (clockIsWrong && fault.cause === 'tls-expired') return null;
    // A refused or missing image was refused by a registry that answers.
    const broken = { ...failureOf(fault.cause, 'error'), code: fault.code };
    return { failure: subjectOf(fault.cause) === 'host' ? broken : null };
  }
  return checks.some(({ id, outcome }) => outcome === 'pass' && answers.has(id)) ? { failure: null } : null;
};

/** Facts by what they are about; of two about one thing the failure stays, and the earlier failure of two. */
class FactBook {
  readonly facts = new Map<string, Fact>();

  note(given: Omit<Fact, 'registries'>, registry: string | null): Fact {
    const key = `${given.subject} ${given.name}`;
    const fact = this.facts.get(key) ?? { ...given, registries: [] };
    this.facts.set(key, fact);
    fact.failure ??= given.failure;
    if (given.at !== null) fact.at = Math.max(fact.at ?? 0, given.at);
    if (registry === null) return fact;
    if (!fact.registries.includes(registry)) fact.registries.push(registry);
    const fails = given.failure === null ? null : fact.failure?.registries;
    if (fails?.includes(registry) === false) fails.push(registry);
    return fact;
  }
}

const noteChecks = (book: FactBook, checks: readonly ReportedCheck[]): void => {
  const ways = new Map<string, ReportedCheck[]>();
  const clockIsWrong = checks.some(check => check.code === 'clock-skewed');
  for (const check of checks) {
    if (check.registry !== undefined) {
      const key = `${check.registry} ${check.host ?? apiHost(check.registry)}`;
      const way = ways.get(key);
      if (way) way.push(check);
      else ways.set(key, [check]);
    } else if (check.outcome === 'fail') {
      const cause = breakOf({ checks: [check] })?.cause;
      if (cause !== undefined && subjectOf(cause) === 'node')
        book.note({ subject: 'node', name: cause, at: check.at ?? null, failure: failureOf(cause, 'error') }, null);
    }
  }
  for (const way of ways.values()) {
    const [{ registry = null, host } = {}] = way;
    const told = wayTo(way, clockIsWrong);
    if (told === null || registry === null) continue;
    const name = way.find(check => check.host !== undefined)?.host ?? host ?? apiHost(registry);
    const times = way.flatMap(({ at }) => at ?? []);
    const at = times.length === 0 ? null : Math.max(...times);
    book.note({ subject: 'host', name, at, failure: told.failure }, registry);
  }
};

/** The cause under `mirror-failure`, which only says what a broken host means for its registry. */
const coreCause = ({ cause, also }: Finding): Cause =>
  cause === 'mirror-failure' ? (also.find(other => subjectOf(other) === 'host') ?? cause) : cause;

const nameOf = (subject: Fact['subject'], finding: Finding, cause: Cause): string | null => {
  if (subject === 'node') return cause;
  if (subject === 'image') return finding.image === null ? null : normalImage(finding.image);
  return finding.host ?? (finding.registry === null ? null : apiHost(finding.registry));
};

const noteFinding = (book: FactBook, finding: OpenFinding): void => {
  const cause = coreCause(finding);
  const subject = subjectOf(cause);
  if (subject === null) return;
  // Nothing names the host or image: then it is the node's own.
  const given = nameOf(subject, finding, cause);
  const failure = failureOf(cause, finding.severity);
  // A way that works all the same (a second nameserver, another address) leaves a fault of the node's own set-up.
  const works = finding.severity === 'warning' && book.facts.get(`host ${given}`)?.failure === null;
  const own = given === null || (subject === 'host' && works);
  const about = own ? { subject: 'node' as const, name: cause } : { subject, name: given };
  const { failure: held } = book.note({ ...about, at: null, failure }, finding.registry);
  if (held === null) return;
  held.since = Math.min(held.since ?? finding.openedAt, finding.openedAt);
  held.findings.push(finding.id);
  held.pods += finding.pods.length;
  for (const { namespace, pod, container } of finding.pods.slice(0, limits.nodeIncidentPods - held.waiting.length))
    held.waiting.push({ namespace, pod, container });
};

/** Reads what one node says; what it did not test is not there, and never healthy. */
export const readEvidence = (input: NodeInput): NodeEvidence => {
  const book = new FactBook();
  noteChecks(book, input.state.checks);
  for (const finding of input.findings) noteFinding(book, finding);
  const [facts, pulled] = [[...book.facts.values()], pulledOf(input.state, input.heard)];
  return { uid: input.uid, name: input.name, facts, traits: traitsOf(input), pulled };
};
