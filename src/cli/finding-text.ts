import type { FindingPod } from '../model/finding.ts';
import type { RetryRecord } from '../model/report.ts';
import type { FindingItem } from '../wire/api.ts';
import { oneLine, pageWidth, shorten, span, wrap, type Paint } from './output.ts';

/** What on-call people ask, in their order (the kinds of ChecklistItem.question). */
const questions = {
  1: 'does the image exist?',
  2: 'can this node pull it?',
  3: 'is the registry private?',
  4: 'does the pull secret exist?',
  5: 'is it attached?',
  6: 'can the node reach the registry?',
} as const;

const answerMeanings = { yes: 'good', no: 'bad', unknown: 'dim' } as const;
const shownPods = 5;
const indent = '     ';

const textBlock = (label: string, text: string): string[] => {
  const start = `${indent}${label} `;
  const [first = '', ...rest] = wrap(text, pageWidth - start.length);
  return [`${start}${first}`, ...rest.map(line => `${' '.repeat(start.length)}${line}`)];
};

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
  const lines = textBlock('when:', timesText(finding, now));
  const pods = finding.pods.slice(0, wide ? finding.pods.length : shownPods).map(podText);
  const rest = finding.pods.length - pods.length;
  if (pods.length > 0) lines.push(...textBlock('pods:', `${pods.join(', ')}${rest > 0 ? ` and ${rest} more` : ''}`));
  if (finding.host !== null && finding.host !== finding.registry) lines.push(...textBlock('host:', finding.host));
  if (finding.also.length > 0) lines.push(...textBlock('also:', `could be ${finding.also.join(', ')}`));
  const retry = retries.filter(one => one.image === finding.image).at(-1);
  if (retry) lines.push(...textBlock('again:', retryText(retry, now)));
  lines.push(...textBlock('says:', finding.message));
  return lines;
};

const fixLines = (finding: FindingItem, paint: Paint): string[] =>
  finding.fix.flatMap(({ say, run }, index) => [
    ...textBlock(index === 0 ? 'do:' : '   ', `${index + 1}. ${say}`),
    // A command is never broken: it is copied.
    ...(run === undefined
      ? []
      : run.split('\n').map(line => `${indent}       ${paint(`$ ${oneLine(line)}`, 'strong')}`)),
  ]);

const checklistLines = (finding: FindingItem, paint: Paint): string[] =>
  finding.checklist.map(({ question, answer, why }, index) => {
    const start = `${indent}${index === 0 ? 'asked:' : '      '} ${question} ${questions[question].padEnd(33)}`;
    const word = answer === 'unknown' ? 'not checked' : answer;
    const room = pageWidth - start.length - 13;
    return `${start}${paint(word, answerMeanings[answer])}${' '.repeat(13 - word.length)}${shorten(oneLine(why), room)}`.trimEnd();
  });

/** A finding as a block of lines: what, since when, who waits, the error, what to do, and the six questions. */
export const findingLines = (finding: FindingItem, place: string, view: FindingView): string[] => {
  const { paint } = view;
  const start = `${place}  ${finding.cause}  `;
  const image =
    finding.image === null ? '' : shorten(oneLine(finding.image), view.wide ? 4096 : pageWidth - start.length);
  const head = `${place}  ${paint(finding.cause, finding.severity === 'error' ? 'bad' : 'poor')}  ${image}`.trimEnd();
  const title = wrap(finding.title, pageWidth - indent.length).map(line => `${indent}${paint(line, 'strong')}`);
  return [head, ...title, ...factLines(finding, view), ...fixLines(finding, paint), ...checklistLines(finding, paint)];
};
