import type { Cause } from '../model/cause.ts';
import { causeFacts } from '../model/cause.ts';
import type { Explanation, Finding, FindingPod, Severity } from '../model/finding.ts';
import { normalImage, parseImageRef } from '../model/image-ref.ts';
import { limits } from '../model/limits.ts';
import type { OpenPull } from '../model/report.ts';
import { explainText } from './explain.ts';

/** FNV-1a, 32 bits; two runs with other seeds make an id that is stable and short. Not for secrets. */
const fnv = (text: string, seed: number): string => {
  let hash = seed;
  for (let index = 0; index < text.length; index += 1) hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  return (hash >>> 0).toString(16).padStart(8, '0');
};

const idOf = (parts: string[]): string => {
  const text = parts.join('\n');
  return `f-${fnv(text, 0x811c9dc5)}${fnv(text, 0x9747b28c)}`;
};

/** What a finding is made of: the pull, and what was said about a pull secret its pod names. */
export type FindingSource = { pull: OpenPull; missingSecret: string | null };

/** The kubelet limits its own rate: the pod starts a little later without anyone's doing. */
const warnings: ReadonlySet<Cause> = new Set<Cause>(['pull-qps-exceeded']);
const severityOf = (cause: Cause): Severity => (warnings.has(cause) ? 'warning' : 'error');

/** A registry that wants a log-in and a pull secret that is not there are one fault: the secret. */
const needsSecret: ReadonlySet<Cause> = new Set<Cause>(['auth-required', 'auth-denied']);

const causeOf = ({ pull, missingSecret }: FindingSource): Cause =>
  missingSecret !== null && needsSecret.has(pull.textCause) ? 'secret-problem' : pull.textCause;

const explain = (source: FindingSource, cause: Cause): Explanation => {
  const { pull } = source;
  const names = { namespace: pull.namespace, pod: pull.pod, image: pull.image };
  const text = pull.message === '' ? `Back-off pulling image "${pull.image}"` : pull.message;
  const explained = explainText(text, names);
  return cause === explained.cause ? explained : { ...explained, cause, ...causeFacts(cause) };
};

const registryOf = (image: string): string | null => {
  const parsed = parseImageRef(image);
  return parsed.ok ? parsed.ref.registry : null;
};

const podOf = (pull: OpenPull): FindingPod => ({
  ...{ namespace: pull.namespace, pod: pull.pod, podUid: pull.podUid, container: pull.container },
  ...{ attempts: pull.attempts, firstSeen: pull.firstSeen, lastSeen: pull.lastSeen },
  nextAttemptAt: pull.nextAttemptAt,
});

const findingOf = (id: string, cause: Cause, sources: [FindingSource, ...FindingSource[]]): Finding => {
  const [first] = sources;
  const pulls = sources.map(source => source.pull);
  const image = first.pull.image === '' ? null : first.pull.image;
  const explained = explain(first, cause);
  return {
    ...explained,
    image,
    registry: explained.registry ?? registryOf(first.pull.image),
    id,
    severity: severityOf(cause),
    textCause: first.pull.textCause,
    message: first.pull.message,
    pods: pulls.slice(0, limits.findingPods).map(podOf),
    firstSeen: Math.min(...pulls.map(pull => pull.firstSeen)),
    lastSeen: Math.max(...pulls.map(pull => pull.lastSeen)),
  };
};

/** Pods that fail on one image for one cause share a finding; `nodeUid` makes its id this node's own. */
export const findingsOf = (nodeUid: string, sources: FindingSource[]): Finding[] => {
  const groups = new Map<string, { cause: Cause; sources: [FindingSource, ...FindingSource[]] }>();
  for (const source of sources) {
    const cause = causeOf(source);
    const { image, namespace, pod } = source.pull;
    const id = idOf([nodeUid, cause, image === '' ? `${namespace}/${pod}` : normalImage(image)]);
    const group = groups.get(id);
    if (group) group.sources.push(source);
    else groups.set(id, { cause, sources: [source] });
  }
  return [...groups].map(([id, group]) => findingOf(id, group.cause, group.sources));
};

/** The runtime does not answer: no image can be pulled, and nothing that only it knows is known. */
export const runtimeFinding = (nodeUid: string, message: string, times: { since: number; now: number }): Finding => {
  const explained = explainText(message);
  const cause: Cause = 'runtime-unavailable';
  return {
    ...explained,
    cause,
    ...causeFacts(cause),
    id: idOf([nodeUid, cause]),
    severity: 'error',
    textCause: null,
    message,
    pods: [],
    firstSeen: times.since,
    lastSeen: times.now,
  };
};
