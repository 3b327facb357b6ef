import { causeFacts, type Cause } from '../model/cause.ts';
import type { Finding } from '../model/finding.ts';
import { limits } from '../model/limits.ts';
import { shortId } from '../model/short-id.ts';
import type { HostWalk, Walk, WalkFinding } from '../model/walk.ts';
import { adviceFor } from './advice.ts';
import { adviceNames } from './advice-names.ts';
import { checklistFor } from './checklist.ts';
import type { FailedMirror } from './failed-mirror.ts';
import type { FindingNode } from './findings.ts';
import { breaksRegistry, checkOf, evidenceOf, hostOf, type WalkSays } from './settle-walk.ts';
import { breakOf, works } from './walk-findings.ts';

/** When each finding that no pull brought was first told, by its id; the caller keeps it from one time to the next. */
export type StandingMemo = Map<string, number>;

/** Codes by which a nameserver, or a proxy, is at fault itself, whatever was asked of it. */
const serverCodes: ReadonlySet<string> = new Set(['dns-timeout', 'dns-unreachable']);
const proxyCodes: ReadonlySet<string> = new Set([
  ...['proxy-unreachable', 'proxy-auth-required', 'proxy-malformed', 'proxy-timeout', 'proxy-invalid'],
]);

/** What is broken: the same for all registries that suffer from it, and for all codes by which it shows. */
export const subjectOf = (walk: Walk, fault: WalkFinding): string => {
  const check = checkOf(walk, fault);
  const { file, server, nameservers, proxy } = check?.facts ?? {};
  if (fault.cause === 'clock-skew') return 'clock';
  if (fault.cause === 'hosts-config-invalid') return `file ${typeof file === 'string' ? file : (check?.id ?? '')}`;
  if (check?.id === 'config.proxy' || check?.id === 'node.disk') return check.id;
  if (check?.id === 'dns.nameserver' && typeof server === 'string') return `nameserver ${server}`;
  if (serverCodes.has(fault.code) && Array.isArray(nameservers)) return `nameservers ${nameservers.join(' ')}`;
  if (proxyCodes.has(fault.code) && typeof proxy === 'string') return `proxy ${proxy}`;
  return `host ${fault.host ?? hostOf(walk, fault)?.host ?? walk.registry}`;
};

type Standing = { subject: string; said: WalkSays; fault: WalkFinding; registries: string[] };

/** Faults that the text of a failing pull, or another finding, tells by itself. */
const notStanding: ReadonlySet<Cause> = new Set<Cause>(['runtime-unavailable']);

const weightOf = ({ cause }: WalkFinding): number => Number(cause === 'mirror-failure');

const standingOf = (byRegistry: ReadonlyMap<string, WalkSays[]>): Standing[] => {
  const bySubject = new Map<string, Standing>();
  for (const [registry, all] of byRegistry) {
    const [said] = all.filter(one => one.says !== 'nothing' || one.walk.findings.length > 0);
    for (const fault of said?.walk.findings ?? []) {
      if (said === undefined || notStanding.has(fault.cause) || !breaksRegistry(fault)) continue;
      const subject = subjectOf(said.walk, fault);
      const known = bySubject.get(subject);
      // A host that is a mirror too: as such it costs other registries' pulls, which is what matters more.
      const heavier = known === undefined ? 1 : weightOf(fault) - weightOf(known.fault);
      if (known === undefined || heavier > 0) bySubject.set(subject, { subject, said, fault, registries: [registry] });
      else if (heavier === 0 && !known.registries.includes(registry)) known.registries.push(registry);
    }
  }
  return [...bySubject.values()];
};

/** How long containerd waits for a host that does not answer, by where it hangs (30 s to dial, 10 s for TLS). */
const waits: Record<string, string> = {
  'tcp-timeout': 'up to 30 s',
  'dns-timeout': 'up to 30 s',
  'tls-timeout': 'up to 10 s',
  'http-timeout': 'up to 30 s, before containerd 2.3 longer',
};

/** What a mirror that fails costs each pull that a later host saves. */
const costOf = ({ checks }: HostWalk, code: string): string => {
  const long = waits[code];
  if (long !== undefined) return long;
  const tried = checks.filter(({ outcome, id }) => outcome !== 'skip' && id !== 'dns.nameserver');
  const ms = tried.reduce((sum, check) => sum + check.ms, 0);
  return ms < 1000 ? `${Math.max(1, Math.round(ms))} ms` : `${(ms / 1000).toFixed(1)} s`;
};

const shownRegistries = 5;
const listOf = (registries: readonly string[]): string => {
  const more = registries.length - shownRegistries;
  return `${registries.slice(0, shownRegistries).join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
};

const titleOf = ({ said, fault, registries }: Standing, title: string): string => {
  const host = hostOf(said.walk, fault);
  const saved = fault.cause === 'mirror-failure' && host !== null && said.walk.hosts.some(works);
  const cost = saved ? `; a later host saves each pull, ${costOf(host, fault.code)} late` : '';
  const many = registries.length > 1 ? `; ${registries.length} registries: ${listOf(registries)}` : '';
  return `${title}: ${fault.message}${cost}${many}`.slice(0, limits.messageBytes / 4);
};

/** Nothing fails by it now, and something will: what no container waits for is a warning. */
const severity = 'warning';

const findingOf = (standing: Standing, node: FindingNode, memo: StandingMemo): Finding => {
  const { subject, said, fault, registries } = standing;
  const id = shortId('f', [node.uid, 'standing', subject]);
  const at = said.walk.startedAt;
  const firstSeen = memo.get(id) ?? at;
  memo.set(id, firstSeen);
  const registry = registries.length === 1 ? (registries[0] ?? null) : null;
  const { cause, also, host, fix } = fault;
  const names = adviceNames({
    image: null,
    registry: registries[0] ?? null,
    host,
    known: { node: node.name },
    runtime: 'containerd',
  });
  return {
    ...{ id, severity, cause, also, ...causeFacts(cause), image: null, registry, host },
    title: titleOf(standing, adviceFor(cause).title(names)),
    checklist: checklistFor(cause, also, 'unknown').map(item =>
      item.question === 2 ? { ...item, answer: 'unknown', why: 'no pull from it failed' } : item,
    ),
    // The steps at the end are for a pod that waits.
    fix: fix.filter(step => step.run?.startsWith('kubectl ') !== true),
    ...{ textCause: null, message: fault.message, pods: [] },
    ...{ firstSeen, lastSeen: Math.max(at, firstSeen), evidence: evidenceOf(said, fault) },
  };
};

const mirrorFinding = (mirror: FailedMirror, registry: string | null, node: FindingNode): Finding => {
  const { host, message, firstAt, at } = mirror;
  const cause = 'mirror-failure';
  const names = adviceNames({ image: null, registry, host, known: { node: node.name }, runtime: 'containerd' });
  const advice = adviceFor(cause);
  return {
    id: shortId('f', [node.uid, 'standing', `host ${host}`]),
    ...{ severity, cause, also: [], ...causeFacts(cause), image: null, registry, host },
    title: `${advice.title(names)}, as the runtime's log says`,
    checklist: checklistFor(cause, [], 'unknown').map(item =>
      item.question === 2 ? { ...item, answer: 'unknown', why: 'a later host may have the image' } : item,
    ),
    fix: [...advice.confirm(names), ...advice.fix(names)].filter(step => step.run?.startsWith('kubectl ') !== true),
    ...{ textCause: cause, message, pods: [], firstSeen: firstAt, lastSeen: at },
  };
};

/** The registry that a mirror stands for: as the log tells, else whose walk asks it. Null where it works by a walk made since. */
const stillFails = (
  mirror: FailedMirror,
  byRegistry: ReadonlyMap<string, WalkSays[]>,
): { registry: string | null } | null => {
  for (const [registry, [newest]] of byRegistry) {
    const host = newest?.walk.hosts.find(one => one.host === mirror.host);
    if (newest === undefined || host === undefined) continue;
    if (newest.walk.startedAt > mirror.at && newest.says !== 'nothing' && breakOf(host) === null) return null;
    return { registry: mirror.registry ?? registry };
  }
  return { registry: mirror.registry };
};

type Told = { subjects: ReadonlySet<string>; mirrors: readonly FailedMirror[] };

/**
 * What is broken on the way to registries although no pull tells of it: each thing once, with all registries that suffer from it,
 * as a warning. What a failing pull tells already is left out, and so are faults of one image.
 */
export const standingFindings = (
  byRegistry: ReadonlyMap<string, WalkSays[]>,
  { subjects, mirrors }: Told,
  node: FindingNode,
  memo: StandingMemo,
): Finding[] => {
  const walked = standingOf(byRegistry).filter(({ subject }) => !subjects.has(subject));
  const seen = new Set([...subjects, ...walked.map(({ subject }) => subject)]);
  const logged = mirrors.flatMap(mirror => {
    const fails = seen.has(`host ${mirror.host}`) ? null : stillFails(mirror, byRegistry);
    return fails === null ? [] : [mirrorFinding(mirror, fails.registry, node)];
  });
  const found = [...walked.map(standing => findingOf(standing, node, memo)), ...logged];
  const ids = new Set(found.map(({ id }) => id));
  for (const id of memo.keys()) if (!ids.has(id)) memo.delete(id);
  return found;
};
