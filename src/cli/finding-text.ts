import type { FindingPod } from '../model/finding.ts';
import type { RetryRecord } from '../model/report.ts';
import type { FindingItem } from '../wire/api.ts';
import { block, checklistLines, fixLines } from './answer-lines.ts';
import { oneLine, pageWidth, shorten, span, wrap, type Paint } from './output.ts';

const shownPods = 5;
const indent = '     ';

const podText = (pod: FindingPod): string => oneLine(`${pod.namespace}/${pod.pod} (${pod.container})`);

const timesText = (finding: FindingItem, now: number): string => {
  const attempts = finding.pods.reduce((sum, pod) => sum + pod.attempts, 0);
  const next = finding.pods.flatMap(pod => (pod.nextAttemptAt === null ? [] : [pod.nextAttemptAt]));
  const parts = [`since ${span(now - finding.firstSeen)}`];
  if (attempts > 0) parts.push(`${attempts} failed attempt${attempts === 1 ? '' : 's'}`);
  if (next.length > 0) {
    const wait = Math.min(...next) - now;
    parts.push(wait > 0 ? `the kubelet tries again in ${span(wait)}` : 'the kubelet is about to try again');
  }
  return parts.join(', ');
};

const retryText = (retry: RetryRecord, now: number): string => {
  const when = `pullpath tried it ${span(now - retry.at)} ago:`;
  if (retry.outcome === 'pulled') return `${when} pulled`;
  if (retry.outcome === 'unavailable') return `${when} the runtime did not answer`;
  return `${when} failed${retry.cause === null ? '' : `, ${retry.cause}`}`;
};

/** How a finding is shown: in full or at most a few pods of it. */
export type FindingView = { now: number; wide: boolean; paint: Paint; retries: RetryRecord[] };

const factLines = (finding: FindingItem, { now, wide, retries }: FindingView): string[] => {
  const pods = finding.pods.slice(0, wide ? finding.pods.length : shownPods).map(podText);
  const more = finding.pods.length - pods.length;
  const retry = retries.filter(one => one.image === finding.image).at(-1);
  const facts: [string, string | null][] = [
    ['when', timesText(finding, now)],
    ['pods', pods.length === 0 ? null : `${pods.join(', ')}${more > 0 ? ` and ${more} more` : ''}`],
    ['host', finding.host === finding.registry ? null : finding.host],
    ['or', finding.also.length === 0 ? null : `could also be ${finding.also.join(', ')}`],
    ['again', retry ? retryText(retry, now) : null],
    ['says', finding.message],
  ];
  return facts.flatMap(([label, text]) => (text === null || text === '' ? [] : block(label, text, indent)));
};

/** A finding as a block of lines: what, since when, who waits, the error, what to do, and the six questions. */
export const findingLines = (finding: FindingItem, place: string, view: FindingView): string[] => {
  const { paint } = view;
  const start = `${place}  ${finding.cause}  `;
  const image =
    finding.image === null ? '' : shorten(oneLine(finding.image), view.wide ? 4096 : pageWidth - start.length);
  const head = `${place}  ${paint(finding.cause, finding.severity === 'error' ? 'bad' : 'poor')}  ${image}`.trimEnd();
  const title = wrap(finding.title, pageWidth - indent.length).map(line => `${indent}${paint(line, 'strong')}`);
  const steps = [...fixLines(finding.fix, paint, indent), ...checklistLines(finding.checklist, paint, indent)];
  return [head, ...title, ...factLines(finding, view), ...steps];
};
