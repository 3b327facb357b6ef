import type { FindingPod } from '../model/finding.ts';
import { normalImage } from '../model/image-ref.ts';
import type { Incident } from '../model/incident.ts';
import type { RetryRecord } from '../model/report.ts';
import type { ScopeKind } from '../model/scope.ts';
import type { WorkloadCheck } from '../model/workload.ts';
import type { FindingAnswer, FindingItem } from '../wire/api.ts';
import { block, checklistLines, fixLines, readsAs } from './answer-lines.ts';
import { oneLine, shorten, span, wrap, type Page } from './output.ts';
import { retryText } from './recovery-text.ts';
import { evidenceText as scopeEvidence, scopeText } from './scope-text.ts';
import { workloadLines } from './workload-text.ts';

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

const isImage = (name: string, image: string | null): boolean =>
  image !== null && normalImage(name) === normalImage(image);

/** What a walk from this node saw: what passed up to the fault in one list, then the fault and where it is. */
const evidenceText = ({ evidence = [] }: FindingItem, now: number): string | null => {
  const last = evidence.at(-1);
  if (last === undefined) return null;
  const passed = evidence.filter(({ code }) => code === null).map(({ check }) => check);
  const fails = evidence.filter(({ code }) => code !== null).map(({ check, code }) => `${check} fails: ${code ?? ''}`);
  const passes = passed.length === 0 ? [] : [`${passed.join(', ')} ${passed.length === 1 ? 'passes' : 'pass'}`];
  const place = last.host === null ? '' : ` at ${last.host}`;
  return `from this node ${span(now - last.at)} ago: ${[...passes, ...fails].join(', ')}${place}`;
};

/** Where a fault lies on the way to a host, each image that needs the host fails by it. */
const hostStages: ReadonlySet<string | null> = new Set(['config', 'dns', 'proxy', 'tcp', 'tls', 'registry']);

/** A finding as it is shown, with the other images that the same fault keeps from being pulled. */
export type ShownFinding = FindingItem & Partial<Pick<FindingAnswer, 'scope' | 'incident'>> & { alsoImages?: string[] };

const merged = (one: ShownFinding, other: FindingItem): ShownFinding => ({
  ...one,
  alsoImages: [...(one.alsoImages ?? []), ...(other.image === null ? [] : [other.image])],
  pods: [...one.pods, ...other.pods],
  firstSeen: Math.min(one.firstSeen, other.firstSeen),
  lastSeen: Math.max(one.lastSeen, other.lastSeen),
});

/** Images that fail by one fault at one host are one block: ten images behind a dead name are one thing to repair. */
export const groupFindings = (findings: readonly ShownFinding[]): ShownFinding[] => {
  const byFault = new Map<string, ShownFinding>();
  for (const finding of findings) {
    const { severity, cause, registry, host, stage, id } = finding;
    const shared = severity === 'error' && host !== null && finding.image !== null && hostStages.has(stage);
    const key = shared ? [cause, registry, host].join(' ') : `finding ${id}`;
    const known = byFault.get(key);
    byFault.set(key, known === undefined ? finding : merged(known, finding));
  }
  return [...byFault.values()];
};

/** What else is known of findings: incidents by their id, and by the finding's what the cluster says of its pods. */
export type FindingContext = {
  incidents: ReadonlyMap<string, Incident>;
  workloads: ReadonlyMap<string, readonly WorkloadCheck[]>;
};

/** How a finding is shown: in full or at most a few pods of it. */
export type FindingView = {
  now: number;
  wide: boolean;
  retries: RetryRecord[];
} & Page &
  Partial<FindingContext>;

const scopeWords: Record<ScopeKind, string | null> = {
  ...{ node: 'this node alone', nodes: 'this node and others', registry: 'the registry, for everyone' },
  ...{ workload: 'the image, on every node', unknown: null },
};

/** How far it reaches, and where to read on; nothing while nobody knows. */
const scopeLine = ({ scope = 'unknown', incident = null }: ShownFinding, { incidents }: FindingView): string | null => {
  const known = incident === null ? undefined : incidents?.get(incident);
  const more = incident === null ? '' : `; pullpath incident ${incident}`;
  if (known !== undefined) {
    const { scope: of } = known;
    const words = of.kind === 'node' ? 'this node alone' : scopeText(of);
    return `${words}: ${scopeEvidence(of)}${more}`;
  }
  const words = scopeWords[scope];
  return words === null && incident === null ? null : `${words ?? 'not known yet'}${more}`;
};

const listText = (images: string[], wide: boolean): string | null => {
  if (images.length === 0) return null;
  const shown = images.slice(0, wide ? images.length : shownPods);
  return `and ${shown.join(', ')}${images.length > shown.length ? ` and ${images.length - shown.length} more` : ''}`;
};

const textCauseText = ({ cause, textCause }: FindingItem): string | null =>
  textCause === null || textCause === cause ? null : readsAs(textCause);

const factLines = (finding: ShownFinding, view: FindingView): string[] => {
  const { now, wide, retries } = view;
  const pods = finding.pods.slice(0, wide ? finding.pods.length : shownPods).map(podText);
  const more = finding.pods.length - pods.length;
  const mine = retries.filter(one => isImage(one.image, finding.image));
  const retry = mine.toSorted((one, other) => one.at - other.at).at(-1);
  const facts: [string, string | null][] = [
    ['images', listText([...new Set(finding.alsoImages ?? [])], wide)],
    ['scope', scopeLine(finding, view)],
    ['when', timesText(finding, now)],
    ['pods', pods.length === 0 ? null : `${pods.join(', ')}${more > 0 ? ` and ${more} more` : ''}`],
    ['host', finding.host === finding.registry ? null : finding.host],
    ['or', finding.also.length === 0 ? null : `could also be ${finding.also.join(', ')}`],
    ['tested', evidenceText(finding, now)],
    ['again', retry ? retryText(retry, now) : null],
    ['pull', finding.recovery?.says ?? null],
    ['text', textCauseText(finding)],
    ['says', finding.message],
  ];
  return facts.flatMap(([label, text]) => (text === null || text === '' ? [] : block(label, text, view, indent)));
};

/** A finding as a block of lines: what, since when, who waits, the error, what to do, and the six questions. */
export const findingLines = (finding: ShownFinding, place: string, view: FindingView): string[] => {
  const { paint, width } = view;
  const start = `${place}  ${finding.cause}  `;
  const image = finding.image === null ? '' : shorten(oneLine(finding.image), view.wide ? 4096 : width - start.length);
  const head = `${place}  ${paint(finding.cause, finding.severity === 'error' ? 'bad' : 'poor')}  ${image}`.trimEnd();
  const title = wrap(finding.title, width - indent.length).map(line => `${indent}${paint(line, 'strong')}`);
  const steps = [...fixLines(finding.fix, view, indent), ...checklistLines(finding.checklist, view, indent)];
  const workloads = workloadLines(view.workloads?.get(finding.id) ?? [], view, indent);
  return [head, ...title, ...factLines(finding, view), ...workloads, ...steps];
};
