import type { Cause } from '../model/cause.ts';
import { causeFacts } from '../model/cause.ts';
import type { Explanation, Finding, FindingPod, Severity } from '../model/finding.ts';
import { normalImage, parseImageRef } from '../model/image-ref.ts';
import { limits } from '../model/limits.ts';
import type { OpenPull } from '../model/report.ts';
import { shortId } from '../model/short-id.ts';
import { adviceNames, type KnownNames } from './advice-names.ts';
import { adviceFor } from './advice.ts';
import { checklistFor, type SentCredentials } from './checklist.ts';
import { explainText } from './explain.ts';
import type { PullBackoff } from './pull-backoff.ts';
import { isVague } from './vague-cause.ts';

/** What a finding is made of: the pull, and what the kubelet said about the credentials for it. */
export type FindingSource = {
  pull: OpenPull & { backoff?: PullBackoff; hadCredentials?: boolean };
  /** Of a pull secret that the pod names and that is not there. */
  missingSecret: string | null;
  /** Of a credential provider plugin that failed. */
  failedCredentials?: string | null;
};

/** Whose findings they are. */
export type FindingNode = { uid: string; name: string };

/** The kubelet limits its own rate: the pod starts a little later without anyone's doing. */
const warnings: ReadonlySet<Cause> = new Set<Cause>(['pull-qps-exceeded']);
const severityOf = (cause: Cause): Severity => (warnings.has(cause) ? 'warning' : 'error');

const refused: ReadonlySet<Cause> = new Set<Cause>(['auth-required', 'auth-denied']);

/**
 * A registry that wants a log-in and a pull secret that is not there, or a plugin that gives none, are one fault: the latter. Whether
 * credentials were sent is told by the kubelet's lines better than by the registry's words.
 */
const causeOf = ({ pull, missingSecret, failedCredentials }: FindingSource): Cause => {
  const { textCause, hadCredentials } = pull;
  if (!refused.has(textCause)) return textCause;
  if (missingSecret !== null) return 'secret-problem';
  if (hadCredentials === true) return 'auth-denied';
  if (failedCredentials != null) return 'credential-provider';
  return hadCredentials === false ? 'auth-required' : textCause;
};

/** Causes that are of one pod and not of its image: pods that share an image may differ in them. */
const ofPod: ReadonlySet<Cause> = new Set<Cause>([
  ...(['auth-required', 'auth-denied', 'secret-problem', 'credential-provider'] as const),
  ...(['never-pull', 'image-name-invalid'] as const),
]);

const registryOf = (image: string): string | null => {
  const parsed = parseImageRef(image);
  return parsed.ok ? parsed.ref.registry : null;
};

/** The explanation of a cause that was not read from a text. */
const explainCause = (cause: Cause, image: string | null, known: KnownNames): Explanation => {
  const registry = image === null ? null : registryOf(image);
  const names = adviceNames({ image, registry, host: null, known, runtime: 'containerd' });
  const advice = adviceFor(cause);
  return {
    ...{ cause, also: [], ...causeFacts(cause), image, registry, host: null },
    title: advice.title(names),
    checklist: checklistFor(cause, [], 'unknown'),
    fix: [...advice.confirm(names), ...advice.fix(names)],
  };
};

const sentOf = ({ hadCredentials }: FindingSource['pull']): SentCredentials =>
  hadCredentials === undefined ? 'unknown' : hadCredentials ? 'yes' : 'no';

/**
 * What open findings were explained with, by finding id: a text is read in a millisecond, and hundreds of findings are told
 * anew several times a second while pulls fail. The caller keeps it from one call of `findingsOf` to the next.
 */
export type ExplanationMemo = Map<string, { text: string; explanation: Explanation }>;

/** What the pull's text says, as long as that is the finding's cause. */
const explainPull = ({ pull, missingSecret }: FindingSource, cause: Cause, node: FindingNode): Explanation => {
  const { namespace, pod, container } = pull;
  const image = pull.image === '' ? null : pull.image;
  const known = { namespace, pod, container, node: node.name, ...(image === null ? {} : { image }) };
  const secret =
    missingSecret === null ? '' : `Unable to retrieve pull secret, the image pull may not succeed. ${missingSecret}\n`;
  const { also, stage, owner, retry, registry, host, title, checklist, fix, ...explained } = explainText(
    `${secret}${pull.message}`,
    known,
  );
  const sent = sentOf(pull);
  const own = image === null ? null : registryOf(image);
  if (explained.cause !== cause) {
    const open = sent === 'unknown' ? [] : also.filter(other => other === 'image-not-found');
    return { ...explainCause(cause, image, known), also: open, host, checklist: checklistFor(cause, open, sent) };
  }
  // What the kubelet's lines tell of credentials is no longer open.
  const told = sent === 'unknown' || !refused.has(cause) ? also : also.filter(other => !ofPod.has(other));
  const list = told === also ? checklist : checklistFor(cause, told, sent);
  return {
    ...{ cause, also: told, stage, owner, retry, image, registry: registry ?? own, host, title, fix },
    checklist: list,
  };
};

const podOf = (pull: FindingSource['pull']): FindingPod => ({
  ...{ namespace: pull.namespace, pod: pull.pod, podUid: pull.podUid, container: pull.container },
  ...{ attempts: pull.attempts, firstSeen: pull.firstSeen, lastSeen: pull.lastSeen },
  nextAttemptAt: pull.nextAttemptAt,
  ...(pull.backoff?.failedAt == null ? {} : { failedAt: pull.backoff.failedAt }),
});

/** Pods that wait for one image; the cause is that of the pull that was first to say why. */
type Group = { sources: FindingSource[] };

const leadOf = ({ sources }: Group): FindingSource | undefined =>
  sources.find(({ pull }) => !isVague(pull.textCause)) ?? sources[0];

const findingOf = (id: string, sources: FindingSource[], first: FindingSource, explanation: Explanation): Finding => {
  const pulls = sources.map(source => source.pull);
  return {
    ...explanation,
    id,
    severity: severityOf(explanation.cause),
    textCause: first.pull.textCause,
    message: first.pull.message,
    pods: pulls.slice(0, limits.findingPods).map(podOf),
    firstSeen: Math.min(...pulls.map(pull => pull.firstSeen)),
    lastSeen: Math.max(...pulls.map(pull => pull.lastSeen)),
  };
};

const textOf = ({ pull, missingSecret, failedCredentials }: FindingSource): string =>
  [
    ...[pull.namespace, pull.pod, pull.container, pull.image, missingSecret ?? '', failedCredentials ?? ''],
    ...[String(pull.hadCredentials), pull.textCause, pull.message],
  ].join('\n');

/**
 * Pods that fail on one image share a finding, but for causes of their own (a secret, a policy). Its id is of node, image and
 * such a cause: it stays when a text, or a walk, comes to name another cause of the same trouble.
 */
export const findingsOf = (
  node: FindingNode,
  sources: FindingSource[],
  memo: ExplanationMemo = new Map(),
): Finding[] => {
  const groups = new Map<string, Group>();
  for (const source of sources) {
    const cause = causeOf(source);
    const { image, namespace, pod } = source.pull;
    const kind = ofPod.has(cause) ? cause : 'path';
    const id = shortId('f', [node.uid, kind, image === '' ? `${namespace}/${pod}` : normalImage(image)]);
    const group = groups.get(id);
    if (group) group.sources.push(source);
    else groups.set(id, { sources: [source] });
  }
  for (const id of memo.keys()) if (!groups.has(id)) memo.delete(id);
  return [...groups].flatMap(([id, group]) => {
    const first = leadOf(group);
    if (first === undefined) return [];
    const text = textOf(first);
    const known = memo.get(id);
    const explanation = known?.text === text ? known.explanation : explainPull(first, causeOf(first), node);
    memo.set(id, { text, explanation });
    return [findingOf(id, group.sources, first, explanation)];
  });
};

/** The runtime does not answer: no image can be pulled, and nothing that only it knows is known. */
export const runtimeFinding = (node: FindingNode, message: string, times: { since: number; now: number }): Finding => ({
  ...explainCause('runtime-unavailable', null, { node: node.name }),
  id: shortId('f', [node.uid, 'runtime-unavailable']),
  severity: 'error',
  textCause: null,
  message,
  pods: [],
  firstSeen: times.since,
  lastSeen: times.now,
});
