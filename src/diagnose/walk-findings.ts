import { causeFacts, type Cause } from '../model/cause.ts';
import { checkCodes, untestedCodes, type CheckCode } from '../model/check-codes.ts';
import type { Check } from '../model/check.ts';
import type { ChecklistItem } from '../model/finding.ts';
import { configProblemCodes, type ConfigProblemCode } from '../model/registry-hosts.ts';
import type { HostWalk, Walk, WalkFinding } from '../model/walk.ts';
import { adviceFor } from './advice.ts';
import { adviceNames } from './advice-names.ts';
import { checklistFor } from './checklist.ts';
import { runtimeOfFiles, runtimes, type RuntimeWords } from './runtime.ts';

type Code = CheckCode | ConfigProblemCode;
type Fault = { check: Check; code: Code; cause: Cause };

/** The cause that a failed check's code stands for; null for what is no failure. */
const faultOf = (check: Check): Fault | null => {
  const { code, outcome } = check;
  if (code === null || outcome !== 'fail') return null;
  if (code === 'registry-name-unusable') return { check, code, cause: 'image-name-invalid' };
  if (Object.hasOwn(configProblemCodes, code))
    return { check, code: code as ConfigProblemCode, cause: 'hosts-config-invalid' };
  const cause = Object.hasOwn(checkCodes, code) ? checkCodes[code as CheckCode].cause : null;
  return cause === null ? null : { check, code: code as CheckCode, cause };
};

/** What this walk walked, for the names in the advice. */
type Walked = Pick<Walk, 'image' | 'registry' | 'hosts' | 'checks'> & { node: string };

/** Checks whose failure alone does not stop a pull: another nameserver or address is enough, and containerd sends no ping. */
const spare = (check: Check, { checks }: Pick<HostWalk, 'checks'>): boolean => {
  const passed = (id: string): boolean => checks.some(other => other.id === id && other.outcome === 'pass');
  if (check.id === 'dns.nameserver') return true;
  if (check.id === 'tcp.connect') return passed('tcp.connect');
  const asked = checks.some(other => other.id === 'registry.manifest' && other.outcome !== 'skip');
  return check.id === 'registry.ping' && asked;
};

/** The first failure that keeps containerd from pulling from this host; all after it are its consequences. */
export const breakOf = (host: Pick<HostWalk, 'checks'>): Fault | null => {
  const fatal = host.checks.find(check => check.outcome === 'fail' && !spare(check, host));
  return fatal === undefined ? null : faultOf(fatal);
};

/** Whether nothing keeps containerd from pulling from this host, as far as it was tested to the end. */
export const works = (host: HostWalk): boolean =>
  breakOf(host) === null && !host.checks.some(check => untestedCodes.has(check.code));

const authCodes: ReadonlySet<Code> = new Set<Code>([
  ...(['auth-required', 'forbidden', 'token-refused', 'credentials-refused', 'credential-provider-failed'] as const),
]);

/** What the walk itself cannot tell apart. */
const doubtsOf = ({ code, cause }: Fault, walked: Walked): Cause[] => {
  if (authCodes.has(code) && walked.image !== undefined) return ['image-not-found'];
  if (code === 'manifest-not-found') return ['image-not-found'];
  const clock = walked.checks.find(check => check.id === 'node.clock');
  return cause === 'tls-expired' && clock?.outcome !== 'pass' ? ['clock-skew'] : [];
};

/** The six questions as a walk answers them. */
const checklist = (cause: Cause, also: Cause[], stops: boolean, at: string): ChecklistItem[] =>
  checklistFor(cause, also, cause === 'auth-required' ? 'no' : 'unknown').map(item => {
    if (item.question === 2)
      return stops
        ? { ...item, answer: 'no', why: `the walk breaks at ${at}` }
        : { ...item, answer: 'unknown', why: 'this does not stop a pull by itself' };
    return item.answer === 'unknown' && also.length === 0 ? { ...item, why: 'this walk does not show it' } : item;
  });

/** What makes a runtime read its configuration again: it does so at its start alone. */
const reload = (node: string, { name, unit }: RuntimeWords): WalkFinding['fix'][number] => ({
  say: `On node ${node}: restart ${name}, which reads its configuration at its start alone. Containers go on running.`,
  run: `systemctl restart ${unit}`,
});

type Told = { severity: WalkFinding['severity']; host?: string | null; also?: Cause[]; cause?: Cause };

const finding = (fault: Fault, walked: Walked, told: Told): WalkFinding => {
  const cause = told.cause ?? fault.cause;
  const { check, code } = fault;
  const also = [...new Set([...(told.also ?? []), ...doubtsOf(fault, walked)])].filter(other => other !== cause);
  const factHost = check.facts?.['host'];
  const host = typeof factHost === 'string' && cause !== 'mirror-failure' ? factHost : (told.host ?? null);
  const known = { node: walked.node };
  const image = walked.image ?? null;
  const runtime = runtimeOfFiles([check.facts?.['file'], ...walked.hosts.map(({ source }) => source)]);
  const names = adviceNames({ image, registry: walked.registry, host, known, runtime });
  const advice = adviceFor(cause);
  return {
    ...{ cause, also, ...causeFacts(cause), severity: told.severity, code },
    ...{ image, registry: walked.registry, host },
    title: advice.title(names),
    message: check.detail,
    evidence: [check.id],
    checklist: checklist(cause, also, told.severity === 'error', check.id),
    fix: code === 'config-not-reloaded' ? [reload(walked.node, runtimes[runtime])] : advice.fix(names),
  };
};

/** Nameservers and addresses that fail while others work: each pull may wait for them. */
const spareFindings = (host: HostWalk, walked: Walked): WalkFinding[] =>
  host.checks.flatMap(check => {
    const fault = faultOf(check);
    const matters =
      check.id === 'dns.nameserver'
        ? host.checks.some(({ id, outcome }) => id === 'dns.resolve' && outcome === 'pass')
        : check.id === 'tcp.connect';
    return fault !== null && matters && spare(check, host)
      ? [finding(fault, walked, { severity: 'warning', host: host.host })]
      : [];
  });

/** Whether the node's clock is wrong in the direction that makes a certificate look ended, or not yet valid. */
const clockExplains = ({ code, cause }: Fault, clock: Check | undefined): boolean => {
  if (cause !== 'tls-expired' || clock?.code !== 'clock-skewed') return false;
  const behind = clock.facts?.['skewSeconds'];
  return typeof behind !== 'number' || (code === 'tls-not-yet-valid') === behind > 0;
};

const hostFindings = (walked: Walked): WalkFinding[] => {
  const clock = walked.checks.find(check => check.id === 'node.clock');
  const saved = walked.hosts.some(works);
  return walked.hosts.flatMap(host => {
    const fault = breakOf(host);
    if (fault === null) return spareFindings(host, walked);
    const told = { host: host.host };
    const isMirror = host.role === 'mirror' && walked.hosts.some(other => other.role === 'upstream');
    if (isMirror)
      return [finding(fault, walked, { ...told, severity: 'warning', cause: 'mirror-failure', also: [fault.cause] })];
    const severity = saved ? 'warning' : 'error';
    return clockExplains(fault, clock)
      ? [finding(fault, walked, { ...told, severity, cause: 'clock-skew', also: ['tls-expired'] })]
      : [finding(fault, walked, { ...told, severity })];
  });
};

const severe: ReadonlySet<unknown> = new Set(['pull-fails', 'start-fails']);

/** Each thing once: two hosts may share a nameserver, and several checks a file. */
const distinct = (findings: WalkFinding[]): WalkFinding[] => {
  const seen = new Set<string>();
  return findings.filter(({ cause, code, message }) => {
    const key = `${cause} ${code} ${message}`;
    return !seen.has(key) && seen.add(key);
  });
};

/**
 * What a walk means: a cause with its fix for each thing that is broken by itself. What only follows from a broken
 * configuration is named in `also`, since containerd never comes that far or goes another way because of it.
 */
export const walkFindings = (walked: Walked): WalkFinding[] => {
  const nodeFaults = walked.checks.flatMap(check => faultOf(check) ?? []);
  const found = hostFindings(walked);
  const broken = found.filter(({ severity }) => severity === 'error');
  const own = nodeFaults.flatMap(fault => {
    const { cause, check } = fault;
    if (Object.hasOwn(configProblemCodes, fault.code)) {
      const effect = check.facts?.['effect'];
      // What may be so explains nothing that is seen.
      const stops = severe.has(effect) || (broken.length > 0 && effect !== 'unknown');
      return [finding(fault, walked, { severity: stops ? 'error' : 'warning', also: broken.map(one => one.cause) })];
    }
    if (cause === 'clock-skew' && found.some(one => one.cause === 'clock-skew')) return [];
    const warns = cause === 'clock-skew' || fault.code === 'proxy-not-reloaded';
    return [finding(fault, walked, { severity: warns ? 'warning' : 'error' })];
  });
  const config = own.some(one => one.cause === 'hosts-config-invalid' && one.severity === 'error');
  // Where containerd fails before it asks anybody, no host says anything about the pull.
  const asksNobody = nodeFaults.some(({ check }) => severe.has(check.facts?.['effect']));
  const all = distinct([...own, ...found.filter(one => !asksNobody && !(config && one.severity === 'error'))]);
  return [...all.filter(one => one.severity === 'error'), ...all.filter(one => one.severity === 'warning')];
};
