import type { Finding } from '../model/finding.ts';
import type { Walk } from '../model/walk.ts';
import type { FailedMirror } from './failed-mirror.ts';
import type { FindingNode } from './findings.ts';
import { settle, type SettleMemo } from './settle.ts';
import { standingFindings, subjectOf, type StandingMemo } from './settle-standing.ts';
import { usableWalks } from './settle-walk.ts';

/** All that a node knows: what the texts of its pulls say, what its walks saw, and which mirrors its runtime's log names. */
export type NodeEvidence = { texts: readonly Finding[]; walks: readonly Walk[]; mirrors: readonly FailedMirror[] };

/** What a node's findings were told with the last time; the caller keeps it. */
export type NodeMemo = { settled: SettleMemo; standing: StandingMemo };

/** The findings of a node as they are told: each pull with its final cause, then what is broken without any pull telling. */
export const settleNode = (
  { texts, walks, mirrors }: NodeEvidence,
  { node, now, memo }: { node: FindingNode; now: number; memo: NodeMemo },
): Finding[] => {
  const byRegistry = usableWalks(walks, now);
  const settled = texts.map(finding => settle(finding, byRegistry, { node: node.name, memo: memo.settled }));
  const ids = new Set(texts.map(({ id }) => id));
  for (const id of memo.settled.keys()) if (!ids.has(id)) memo.settled.delete(id);
  const subjects = new Set(
    settled.flatMap(({ finding, by }) => {
      if (by !== null) return [subjectOf(by.walk, by.fault)];
      return finding.cause === 'mirror-failure' && finding.host !== null ? [`host ${finding.host}`] : [];
    }),
  );
  return [
    ...settled.map(({ finding }) => finding),
    ...standingFindings(byRegistry, { subjects, mirrors }, node, memo.standing),
  ];
};
