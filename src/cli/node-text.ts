import type { ReportedCheck } from '../model/check.ts';
import { normalImage } from '../model/image-ref.ts';
import type { NodeDetail, Reachability } from '../wire/api.ts';
import type { View } from './ask-options.ts';
import {
  findingLines,
  groupFindings,
  type FindingContext,
  type FindingView,
  type ShownFinding,
} from './finding-text.ts';
import { causesText, findingsOf, paintStatus } from './nodes-text.ts';
import { reachLines } from './reach-text.ts';
import { oneLine, span, wrap, type Page } from './output.ts';
import { retryText } from './recovery-text.ts';
import { many } from './scope-text.ts';
import { tableLines, type Column } from './table.ts';

/** A node as the API answers for it: its findings with their scope. */
export type NodeAnswer = Omit<NodeDetail, 'findings'> & { findings: ShownFinding[] };

const statusNotes: Partial<Record<NodeAnswer['status'], string>> = {
  stale: 'Nothing was heard from this node for a while: what follows is what it said last, not what is.',
  unknown: 'Not known to be well: its state is incomplete, or its runtime or journal could not be asked.',
};

const headLines = (node: NodeAnswer, now: number, { paint, width }: Page): string[] => {
  const runtime = node.runtime === null ? 'runtime not known' : `${node.runtime.name} ${node.runtime.version}`;
  const reported =
    node.reportedAt === null ? 'no full report yet' : `last full report ${span(now - node.reportedAt)} ago`;
  const lost = Object.entries(node.dropped).flatMap(([what, count]) => (count > 0 ? [`${count} ${what}`] : []));
  const note = statusNotes[node.status];
  // Of many findings the page scrolls away: what they are is said first.
  const found = `${many(findingsOf(node), 'finding')}, ${many(node.waiting, 'container')} waiting: ${causesText(node, true)}`;
  return [
    `${paint(oneLine(node.name), 'strong')}  ${paintStatus(paint, node.status, node.status)}  seen ${span(now - node.lastSeen)} ago`,
    ...wrap(`uid ${node.uid}, ${runtime}, agent ${node.agentVersion}, ${reported}`, width),
    ...(findingsOf(node) > 1 ? wrap(found, width) : []),
    ...(lost.length === 0 ? [] : wrap(`lost on the way since this boot: ${lost.join(', ')}`, width)),
    ...(note === undefined ? [] : wrap(note, width).map(line => paint(line, 'poor'))),
  ];
};

const checkColumns: Column[] = [
  { heading: 'CHECK', flexible: false },
  { heading: 'OUTCOME', flexible: false },
  { heading: 'DETAIL', flexible: true, prose: true },
];

const checkLines = (checks: ReportedCheck[], { wide, paint, width }: View): string[] => {
  const rows = checks.map(({ id, registry, host, outcome, code, detail }) => [
    registry === undefined ? id : `${id} ${host ?? registry}`,
    outcome,
    code === null ? detail : `${code}: ${detail}`,
  ]);
  const meanings = { pass: 'good', fail: 'bad', skip: 'dim' } as const;
  const paintCell = (text: string, row: number, column: number): string => {
    const check = checks[row];
    return column === 1 && check ? paint(text, meanings[check.outcome]) : text;
  };
  return tableLines(checkColumns, rows, { wide, width, paintCell });
};

const shownTried = 5;

/** The newest pulls of pullpath's own whose images nothing waits for any more. */
const triedLines = ({ retries, findings }: NodeAnswer, { now, width }: View): string[] => {
  const open = new Set(findings.flatMap(({ image }) => (image === null ? [] : [normalImage(image)])));
  const others = retries.filter(({ image }) => !open.has(normalImage(image))).slice(-shownTried);
  if (others.length === 0) return [];
  return ['', ...others.flatMap(retry => wrap(`${retry.image}: ${retryText(retry, now)}`, width))];
};

/**
 * All of a node for a terminal: who it is, each finding, the path to each registry, then the node's own checks that did not
 * pass (with `wide` all checks).
 */
export const nodeText = (node: NodeAnswer, reach: Reachability | null, how: View & Partial<FindingContext>): string => {
  const { now, wide } = how;
  const view: FindingView = { ...how, retries: node.retries };
  const shown = groupFindings(node.findings);
  const total = shown.length;
  const findings = shown.flatMap((finding, index) => ['', ...findingLines(finding, `${index + 1}/${total}`, view)]);
  const checks = wide
    ? node.checks
    : node.checks.filter(check => check.registry === undefined && check.outcome !== 'pass');
  const paths = reach === null ? [] : reachLines(reach, how);
  return [
    ...headLines(node, now, how),
    ...(total === 0 ? ['', 'No open findings.'] : findings),
    ...triedLines(node, how),
    ...(paths.length === 0 ? [] : ['', ...paths]),
    ...(checks.length === 0 ? [] : ['', ...checkLines(checks, how)]),
    '',
  ].join('\n');
};
