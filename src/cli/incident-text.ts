import type { Incident, IncidentPod } from '../model/incident.ts';
import type { FindingDetail, FindingItem } from '../wire/api.ts';
import type { RetryItem } from '../wire/retry-schema.ts';
import { block, checklistLines, fixLines } from './answer-lines.ts';
import type { View } from './ask-options.ts';
import { placeText } from './incidents-text.ts';
import { oneLine, span, wrap } from './output.ts';
import { recoveryTexts, retryLines } from './recovery-text.ts';
import { evidenceText, many, namesText, scopeText, sharedText } from './scope-text.ts';
import { workloadLines } from './workload-text.ts';

/** An incident with those of its findings that are kept, and what agents pulled of their images. */
export type ShownIncident = Incident & { findingItems?: readonly FindingItem[]; retries?: readonly RetryItem[] };

const shownPods = 5;
const shownFindings = 5;

const podText = ({ namespace, pod, container, node }: IncidentPod): string =>
  oneLine(`${namespace}/${pod} (${container}) on ${node}`);

/** The first of a list, all of it where nothing is to be cut, and how many more there are. */
const listText = (items: readonly string[], total: number, shown: number): string => {
  const some = items.slice(0, shown);
  return `${some.map(oneLine).join(', ')}${total > some.length ? ` and ${total - some.length} more` : ''}`;
};

const timesText = (one: Incident, now: number): string => {
  const ended = one.closedAt === null ? [] : [`closed ${span(now - one.closedAt)} ago`];
  const merged = one.mergedInto === null ? [] : [`went into ${one.mergedInto}`];
  const peak = one.peak > one.scope.nodes.count ? [`at its worst ${many(one.peak, 'node')}`] : [];
  return [
    `since ${span(now - one.since)}`,
    `changed ${span(now - one.changedAt)} ago`,
    ...ended,
    ...merged,
    ...peak,
  ].join(', ');
};

const facts = (one: Incident, { now, wide }: View): [string, string][] => {
  const { scope, pods, findings, registries } = one;
  const all = wide ? Infinity : 0;
  return [
    ['when', timesText(one, now)],
    ['scope', `${scopeText(scope)}: ${scope.why}`],
    ['evidence', evidenceText(scope)],
    ...scope.shared.map((trait, at): [string, string] => [at === 0 ? 'share' : '', sharedText(trait, scope)]),
    ['where', placeText(one)],
    ...(registries.length > 1 ? [['', listText(registries, registries.length, Infinity)] as [string, string]] : []),
    ['nodes', namesText(scope.nodes, wide)],
    ['pods', pods.count === 0 ? '' : listText(pods.some.map(podText), pods.count, Math.max(shownPods, all))],
    ['or', one.also.length === 0 ? '' : `also seen as ${one.also.join(', ')}`],
    ['findings', findings.length === 0 ? '' : listText(findings, findings.length, Math.max(shownFindings, all))],
  ];
};

const exampleLines = (example: FindingDetail, view: View): string[] => [
  '',
  ...block('example', `on ${example.node}: ${example.title}`, view),
  ...(example.message === '' ? [] : block('says', example.message, view)),
  ...workloadLines(example.workloads, view),
  ...checklistLines(example.checklist, view),
];

/** All of an incident for a terminal: what, how far and why that is known, who waits, what to type; and one finding of it. */
export const incidentText = (one: ShownIncident, example: FindingDetail | null, view: View): string => {
  const { paint, width } = view;
  const recovery = recoveryTexts(one.findingItems ?? []);
  const cause = paint(one.cause, one.severity === 'error' ? 'bad' : 'poor');
  return [
    `${oneLine(one.id)}  ${cause}  ${one.state}`,
    ...wrap(one.title, width).map(line => paint(line, 'strong')),
    ...facts(one, view).flatMap(([label, text]) => (text === '' ? [] : block(label, text, view))),
    ...recovery.flatMap((text, at) => block(at === 0 ? 'pull' : '', text, view)),
    ...retryLines(one.retries ?? [], view),
    ...fixLines(one.fix, view),
    ...(example === null ? [] : exampleLines(example, view)),
    '',
  ].join('\n');
};
