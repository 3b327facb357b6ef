import type { Finding } from '../model/finding.ts';
import { limits } from '../model/limits.ts';
import type { Walk, WalkFinding } from '../model/walk.ts';
import { explainText } from './explain.ts';
import { settleFindings } from './settle.ts';

type Tried = Pick<Walk, 'target' | 'hosts' | 'checks' | 'registry' | 'startedAt' | 'ms'> & { image: string };

/** A failed pull's own text as a finding. */
export const pullFinding = (text: string, { image, node }: { image: string; node: string }): WalkFinding => {
  const { cause, also, stage, owner, retry, registry, host, title, checklist, fix, message } = explainText(text, {
    image,
    node,
  });
  return {
    ...{ cause, also, stage, owner, retry, image, registry, host, title, checklist, fix },
    ...{ severity: 'error', code: 'not-told', evidence: [], message: message.slice(0, limits.messageBytes) },
    textCause: cause,
  };
};

/** The findings of a walk whose image was pulled as well, and in vain: the pull's final cause first, by its text and the walk. */
export const settlePull = (text: string, walked: Tried & { findings: WalkFinding[] }, node: string): WalkFinding[] => {
  const said = pullFinding(text, { image: walked.image, node });
  const { startedAt, ms, findings } = walked;
  const times = { firstSeen: startedAt, lastSeen: startedAt };
  const asFinding: Finding = {
    ...{ ...said, evidence: [] },
    ...{ id: 'pull', textCause: said.cause, pods: [], ...times },
  };
  const [final] = settleFindings([asFinding], [walked], { node, now: startedAt + ms });
  const { cause, also, host, title, checklist, fix } = final ?? said;
  const { stage, owner, retry } = final ?? said;
  const same = findings.find(one => one.severity === 'error' && one.cause === cause);
  if (same !== undefined)
    return [{ ...same, also, checklist, textCause: said.cause }, ...findings.filter(one => one !== same)];
  const seen = (final?.evidence ?? []).flatMap(one => (one.code === null ? [] : [one.check]));
  return [{ ...said, cause, also, host, title, checklist, fix, stage, owner, retry, evidence: seen }, ...findings];
};
