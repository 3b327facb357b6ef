import type { Cause } from '../model/cause.ts';
import { causeFacts } from '../model/cause.ts';
import type { Explanation, Finding, FindingPod, Severity } from '../model/finding.ts';
import { normalImage, parseImageRef } from '../model/image-ref.ts';
import { limits } from '../model/limits.ts';
import type { OpenPull } from '../model/report.ts';
import { adviceNames, type KnownNames } from './advice-names.ts';
import { adviceFor } from './advice.ts';
import { checklistFor } from './checklist.ts';
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

/** Whose findings they are. */
export type FindingNode = { uid: string; name: string };

/** The kubelet limits its own rate: the pod starts a little later without anyone's doing. */
const warnings: ReadonlySet<Cause> = new Set<Cause>(['pull-qps-exceeded']);
const severityOf = (cause: Cause): Severity => (warnings.has(cause) ? 'warning' : 'error');

/** A registry that wants a log-in and a pull secret that is not there are one fault: the secret. */
const needsSecret: ReadonlySet<Cause> = new Set<Cause>(['auth-required', 'auth-denied']);

const causeOf = ({ pull, missingSecret }: FindingSource): Cause =>
  missingSecret !== null && needsSecret.has(pull.textCause) ? 'secret-problem' : pull.textCause;

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
  if (explained.cause !== cause) return explainCause(cause, image, known);
  const own = image === null ? null : registryOf(image);
  return { cause, also, stage, owner, retry, image, registry: registry ?? own, host, title, checklist, fix };
};

const podOf = (pull: OpenPull): FindingPod => ({
  ...{ namespace: pull.namespace, pod: pull.pod, podUid: pull.podUid, container: pull.container },
  ...{ attempts: pull.attempts, firstSeen: pull.firstSeen, lastSeen: pull.lastSeen },
  nextAttemptAt: pull.nextAttemptAt,
});

type Group = { cause: Cause; sources: [FindingSource, ...FindingSource[]] };

const findingOf = (id: string, { cause, sources }: Group, explanation: Explanation): Finding => {
  const [first] = sources;
  const pulls = sources.map(source => source.pull);
  return {
    ...explanation,
    id,
    severity: severityOf(cause),
    textCause: first.pull.textCause,
    message: first.pull.message,
    pods: pulls.slice(0, limits.findingPods).map(podOf),
    firstSeen: Math.min(...pulls.map(pull => pull.firstSeen)),
    lastSeen: Math.max(...pulls.map(pull => pull.lastSeen)),
  };
};

const textOf = ({ pull, missingSecret }: FindingSource): string =>
  [pull.namespace, pull.pod, pull.container, pull.image, missingSecret ?? '', pull.message].join('\n');

/** Pods that fail on one image for one cause share a finding, whose id is this node's own. */
export const findingsOf = (
  node: FindingNode,
  sources: FindingSource[],
  memo: ExplanationMemo = new Map(),
): Finding[] => {
  const groups = new Map<string, Group>();
  for (const source of sources) {
    const cause = causeOf(source);
    const { image, namespace, pod } = source.pull;
    const id = idOf([node.uid, cause, image === '' ? `${namespace}/${pod}` : normalImage(image)]);
    const group = groups.get(id);
    if (group) group.sources.push(source);
    else groups.set(id, { cause, sources: [source] });
  }
  for (const id of memo.keys()) if (!groups.has(id)) memo.delete(id);
  return [...groups].map(([id, group]) => {
    const text = textOf(group.sources[0]);
    const known = memo.get(id);
    const explanation = known?.text === text ? known.explanation : explainPull(group.sources[0], group.cause, node);
    memo.set(id, { text, explanation });
    return findingOf(id, group, explanation);
  });
};

/** The runtime does not answer: no image can be pulled, and nothing that only it knows is known. */
export const runtimeFinding = (node: FindingNode, message: string, times: { since: number; now: number }): Finding => ({
  ...explainCause('runtime-unavailable', null, { node: node.name }),
  id: idOf([node.uid, 'runtime-unavailable']),
  severity: 'error',
  textCause: null,
  message,
  pods: [],
  firstSeen: times.since,
  lastSeen: times.now,
});
