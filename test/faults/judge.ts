import type { Walk, WalkFinding } from '../../src/model/walk.ts';
import { explainText } from '../../src/diagnose/explain.ts';
import type { Fault } from './fault.ts';

/** What containerd did, what `check` said, and whether that is right. */
export type Judged = {
  fault: Fault;
  /** containerd's error; null where it pulled. */
  error: string | null;
  /** The cause that the text alone gives. */
  textCause: string | null;
  /** The causes of `check`'s findings, sorted. */
  errors: readonly string[];
  warnings: readonly string[];
  /** An error is found exactly where containerd fails. */
  agrees: boolean;
  /** And the cause is the true one, with no other beside it, and the right warnings. */
  right: boolean;
  /** The very cause, not only one that is right as far as can be told. */
  exact: boolean;
  /** What is wrong, for the one who mends it. */
  complaint: string | null;
  ms: number;
};

const causesOf = (findings: readonly WalkFinding[]): string[] => findings.map(({ cause }) => cause).sort();

const words = ({ findings, hosts, checks }: Walk): string =>
  [...findings, ...checks, ...hosts.flatMap(host => host.checks)]
    .flatMap(item => ('detail' in item ? [item.detail] : [item.message, item.title]))
    .join('\n');

const complaintOf = (
  fault: Fault,
  said: string,
  told: { errors: readonly string[]; warnings: readonly string[] },
): string | null => {
  const left = [...told.errors];
  for (const group of fault.errors) {
    const found = group.find(cause => left.includes(cause));
    if (found === undefined) return `says ${told.errors.join(', ') || 'no error'}, not ${group[0] ?? ''}`;
    left.splice(left.indexOf(found), 1);
  }
  if (left.length > 0) return `says ${left.join(', ')} besides`;
  const wanted = [...fault.warnings].sort().join(', ');
  if (told.warnings.join(', ') !== wanted)
    return `warns of ${told.warnings.join(', ') || 'nothing'}, not of ${wanted || 'nothing'}`;
  if (fault.says !== undefined && !said.includes(fault.says)) return `does not say "${fault.says}"`;
  return null;
};

/** Holds what `check` said against what containerd did and what is true. */
export const judge = (fault: Fault, error: string | null, walk: Walk): Judged => {
  const of = (severity: string): WalkFinding[] => walk.findings.filter(finding => finding.severity === severity);
  const [errors, warnings] = [causesOf(of('error')), causesOf(of('warning'))];
  const pulled = error === null;
  const agrees = pulled === (errors.length === 0);
  const truthHolds = pulled === fault.pulls;
  const complaint = truthHolds
    ? complaintOf(fault, words(walk), { errors, warnings })
    : `containerd ${pulled ? 'pulled it' : `failed: ${error}`}: the fault is not what it is said to be`;
  return {
    ...{ fault, error, errors, warnings, agrees, complaint, ms: walk.ms },
    textCause: error === null ? null : explainText(error, { image: fault.image }).cause,
    right: agrees && complaint === null,
    exact: fault.errors.every(group => errors.includes(group[0] ?? '')),
  };
};

/** The same for what the kubelet refuses by itself: there is no pull and no walk, and its words alone tell the cause. */
export const judgeText = (fault: Fault, error: string): Judged => {
  const { cause } = explainText(error, { image: fault.image });
  const complaint = complaintOf(fault, error, { errors: [cause], warnings: [] });
  const right = complaint === null;
  return {
    fault,
    error,
    textCause: cause,
    errors: [cause],
    warnings: [],
    agrees: true,
    right,
    exact: right,
    complaint,
    ms: 0,
  };
};
