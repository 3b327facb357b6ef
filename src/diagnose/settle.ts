import { causeFacts, type Cause } from '../model/cause.ts';
import type { Finding, FixStep } from '../model/finding.ts';
import { parseImageRef, printImageRef } from '../model/image-ref.ts';
import type { Walk, WalkFinding } from '../model/walk.ts';
import { adviceFor } from './advice.ts';
import { adviceNames, type AdviceNames } from './advice-names.ts';
import { checklistFor } from './checklist.ts';
import { clock, failedAt } from './finding-times.ts';
import { settledChecklist } from './settle-checklist.ts';
import { decide, isOfPath } from './settle-rules.ts';
import { runtimeOfFiles } from './runtime.ts';
import { checkOf, evidenceOf, hostOf, saysOf, usableWalks, type WalkSays } from './settle-walk.ts';
import { sh } from './shell.ts';

const namesOf = (finding: Finding, host: string | null, node: string, walk?: Walk): AdviceNames => {
  const { image, registry, pods } = finding;
  const [pod] = pods;
  const of = pod === undefined ? {} : { namespace: pod.namespace, pod: pod.pod, container: pod.container };
  const runtime = runtimeOfFiles(walk?.hosts.map(({ source }) => source) ?? []);
  return adviceNames({ image, registry, host, known: { ...of, node }, runtime });
};

const unanswered: ReadonlySet<Cause> = new Set<Cause>([
  ...(['dns-failure', 'network-unreachable', 'network-timeout', 'connection-reset', 'proxy-failure'] as const),
]);

/**
 * The fault that counts for this text: its own where the walk has it, else the first. Where a mirror fails and the upstream
 * cannot be reached at all, the mirror is this node's way out, and its failure the cause.
 */
const faultFor = ({ walk, faults }: WalkSays, text: Cause): WalkFinding | null => {
  const own = faults.find(({ cause }) => cause === text);
  const [first] = faults;
  if (own !== undefined || first === undefined) return own ?? null;
  const mirror = walk.findings.find(({ cause }) => cause === 'mirror-failure');
  return text === 'mirror-failure' && mirror !== undefined && unanswered.has(first.cause)
    ? { ...mirror, also: [...new Set([...mirror.also, first.cause])] }
    : first;
};

/** Where the pod's own settings matter, which no walk sees, there is something to look at before anything is changed. */
const lookFirst = (cause: Cause, names: AdviceNames): FixStep[] => {
  const { owner } = causeFacts(cause);
  return owner === 'credentials' ? adviceFor(cause).confirm(names) : [];
};

const linesAround = 3;

/** The very line of the file that containerd cannot read. */
const showLine = (walk: Walk, fault: WalkFinding, { node }: AdviceNames): FixStep[] => {
  const { file, line } = checkOf(walk, fault)?.facts ?? {};
  if (fault.cause !== 'hosts-config-invalid' || typeof file !== 'string') return [];
  const say = `On node ${node}: look at ${file}${typeof line === 'number' ? `, line ${line}` : ''}.`;
  if (typeof line !== 'number') return [{ say, run: sh`ls -l ${file}` }];
  const range = `${Math.max(1, line - linesAround)},${line + linesAround}p`;
  return [{ say, run: sh`sed -n ${range} ${file}` }];
};

const most = 300;
const cut = (text: string): string => (text.length <= most ? text : `${text.slice(0, most - 1)}…`);

/** What is wrong, in the walk's own words after the cause's; the host is named once. */
const titleOf = (fault: WalkFinding, names: AdviceNames): string => {
  const { cause, code, message } = fault;
  const start = `${names.host.replace(/:\d+$/, '')}: `;
  const words = cut(message.startsWith(start) ? message.slice(start.length) : message);
  // The walk told repository from tag, which the cause's own title leaves open.
  return code === 'tag-not-found' ? `${names.registry}: ${words}` : `${adviceFor(cause).title(names)}: ${words}`;
};

/** The finding with the walk's cause. */
const byFault = (finding: Finding, said: WalkSays, fault: WalkFinding, node: string): Finding => {
  const { cause } = fault;
  const host = fault.host ?? hostOf(said.walk, fault)?.host ?? finding.host;
  const names = namesOf(finding, host, node, said.walk);
  const advice = adviceFor(cause);
  const sameAuth = cause === finding.cause && causeFacts(cause).owner === 'credentials';
  // Of credentials the walk knows nothing: what the text left open there stays open.
  const open = sameAuth ? [...fault.also, ...finding.also] : fault.also;
  // What the text says is explained by now, and no longer open.
  const also = [...new Set(open)].filter(other => other !== cause && other !== finding.cause);
  const fresh = checklistFor(cause, also, 'unknown');
  const told = fresh.map(
    item =>
      finding.checklist.find(
        old => old.question === item.question && /^[45]$/.test(String(old.question)) && old.answer !== 'unknown',
      ) ?? item,
  );
  return {
    ...finding,
    ...{ cause, also, ...causeFacts(cause), host },
    title: titleOf(fault, names),
    checklist: settledChecklist(told, said, { fault, current: true }),
    fix: sameAuth
      ? finding.fix
      : [...showLine(said.walk, fault, names), ...lookFirst(cause, names), ...advice.fix(names)],
    evidence: evidenceOf(said, fault),
  };
};

/** What to do where nothing is broken any more. */
const waitSteps = (finding: Finding, node: string): FixStep[] => {
  const next = finding.pods.flatMap(pod => pod.nextAttemptAt ?? []);
  const when = next.length === 0 ? 'its next attempt' : `its next attempt, at ${clock(Math.min(...next))}`;
  const names = namesOf(finding, finding.host, node);
  return [
    {
      say: `The path works now, tested from node ${node}: wait for the kubelet, ${when}, or start over at once.`,
      run: sh`kubectl -n ${names.namespace} rollout restart ${names.workload}`,
    },
  ];
};

/** Causes that a walk rules out for good when it is served the manifest, or a layer. */
const refuted: Record<NonNullable<WalkSays['depth']>, readonly Cause[]> = {
  registry: [],
  manifest: ['image-not-found', 'tag-not-found', 'auth-required'],
  layer: ['image-not-found', 'tag-not-found', 'auth-required', 'platform-mismatch', 'unsupported-manifest'],
};

const isPublic = 'the image is public: it is the credentials that were sent that are refused';

const blindTo: ReadonlySet<Cause> = new Set<Cause>(['auth-denied', 'rate-limited']);

/** The finding whose cause the text alone tells, with what the walk saw beside it. */
const besideText = (finding: Finding, said: WalkSays, current: boolean, node: string): Finding => {
  const { says, depth } = said;
  const evidence = evidenceOf(said, says === 'private' ? (said.faults[0] ?? null) : null);
  // Neither the pod's credentials nor what is left of a limit was tested.
  const tells = current && !blindTo.has(finding.cause);
  const checklist = settledChecklist(finding.checklist, said, { fault: null, current: tells });
  if (says !== 'sound') return { ...finding, checklist, evidence };
  const out = depth === null ? [] : refuted[depth];
  const also = finding.also.filter(cause => !out.includes(cause));
  const settled = { ...finding, also, checklist, evidence };
  const whole = depth === 'layer' || depth === 'manifest';
  if (finding.cause === 'auth-denied' && whole && said.credentials === null)
    return { ...settled, title: `${finding.title}; ${isPublic}` };
  if (!tells || !whole) return settled;
  return {
    ...settled,
    title: `${finding.title}; the path works now`,
    fix: [...waitSteps(finding, node), ...finding.fix],
  };
};

/** A settled finding, with the walk and its fault where they decided. */
export type Settled = { finding: Finding; by: { walk: Walk; fault: WalkFinding } | null };

const settleOne = (finding: Finding, said: WalkSays | null, node: string): Settled => {
  const same = { finding, by: null };
  if (said === null || !isOfPath(finding.cause)) return same;
  const current = said.walk.startedAt >= failedAt(finding);
  const fault = faultFor(said, finding.cause);
  if (fault === null) return { finding: besideText(finding, said, current, node), by: null };
  switch (decide(finding.cause, fault.cause, current)) {
    case 'walk':
      return { finding: byFault(finding, said, fault, node), by: { walk: said.walk, fault } };
    case 'text':
      return { finding: besideText(finding, { ...said, says: 'private' }, current, node), by: null };
    case 'open':
      return same;
  }
};

type Kept = { key: readonly unknown[]; settled: Settled };

/**
 * What findings were settled with, by their ids: hundreds are told anew several times a second while pulls fail, and mostly
 * nothing is new about them. The caller keeps it from one time to the next.
 */
export type SettleMemo = Map<string, Kept>;

/** All that a settled finding hangs on but its times, which are taken anew. */
const keyOf = (finding: Finding, said: WalkSays | null): unknown[] => {
  const { fix, pods } = finding;
  const next = Math.min(...pods.map(pod => pod.nextAttemptAt ?? Infinity));
  const current = said !== null && said.walk.startedAt >= failedAt(finding);
  return [fix, pods[0]?.namespace, pods[0]?.pod, next, said?.walk, said?.says, said?.depth, current];
};

const again = (finding: Finding, { settled: { finding: old, by } }: Kept): Settled => {
  const { cause, also, stage, owner, retry, host, title, checklist, fix, evidence } = old;
  const told = evidence === undefined ? {} : { evidence };
  return { finding: { ...finding, cause, also, stage, owner, retry, host, title, checklist, fix, ...told }, by };
};

/** What the usable walks say of one finding that was read from a text. */
export const settle = (
  finding: Finding,
  byRegistry: ReadonlyMap<string, WalkSays[]>,
  { node, memo }: { node: string; memo: SettleMemo },
): Settled => {
  const parsed = parseImageRef(finding.image ?? '');
  const walks = parsed.ok ? byRegistry.get(parsed.ref.registry) : undefined;
  const said = parsed.ok && walks !== undefined ? saysOf(walks, printImageRef(parsed.ref)) : null;
  const key = keyOf(finding, said);
  const kept = memo.get(finding.id);
  if (kept !== undefined && kept.key.every((part, at) => part === key[at])) return again(finding, kept);
  const settled = settleOne(finding, said, node);
  memo.set(finding.id, { key, settled });
  return settled;
};

/** Whose findings they are, and when they are told. */
export type SettleFor = { node: string; now: number };

/**
 * The final cause of each finding that was read from a text, by what a walk of its image, else of its registry, saw: it confirms the
 * text, or contradicts it with evidence and wins, or finds the path sound by now. The cause of the text is kept in `textCause`.
 * A walk that was not made, was cut short before it told, or is too old decides nothing. Pure; never throws.
 */
export const settleFindings = (
  findings: readonly Finding[],
  walks: readonly Walk[],
  { node, now }: SettleFor,
): Finding[] => {
  const byRegistry = usableWalks(walks, now);
  return findings.map(finding => settle(finding, byRegistry, { node, memo: new Map() }).finding);
};
