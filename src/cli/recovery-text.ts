import type { RecoveryState } from '../model/recovery.ts';
import type { RetryRecord } from '../model/report.ts';
import type { FindingItem } from '../wire/api.ts';
import type { RetryItem } from '../wire/retry-schema.ts';
import { block } from './answer-lines.ts';
import { oneLine, span, type Page } from './output.ts';
import { many } from './scope-text.ts';

/** What came of a pull of pullpath's own, and what was gained by it. */
export const retryText = (retry: RetryRecord, now: number): string => {
  if (retry.rule !== undefined)
    return `asked for by hand ${span(now - retry.at)} ago: ${retry.message ?? 'not pulled'} (${retry.rule})`;
  const when = `pullpath tried it ${span(now - retry.at)} ago:`;
  if (retry.outcome === 'pulled') {
    const { watched, healedAt, ranAt, savedMs } = retry;
    const healed =
      healedAt === undefined ? [] : [`${watched?.check ?? 'the path'} had passed ${span(retry.at - healedAt)} before`];
    const ran = ranAt === undefined ? [] : [`the pod ran ${span(ranAt - retry.at)} after`];
    const saved = savedMs === undefined ? [] : [`${span(savedMs)} before the kubelet’s next attempt`];
    return [`${when} pulled in ${span(retry.ms)}`, ...healed, ...ran, ...saved].join(', ');
  }
  if (retry.outcome === 'unavailable') return `${when} the runtime did not answer`;
  return `${when} failed${retry.cause === null ? '' : `, ${retry.cause}`}`;
};

const stateWords: Record<RecoveryState, string> = {
  ...{ pulled: 'pulled', pulling: 'is about to pull', watching: 'watches' },
  ...{ held: 'waits', refused: 'does not pull' },
};
const stateOrder = Object.keys(stateWords);

/**
 * What the agents do about findings, or why they do nothing: those alike in one text, with how many nodes. One that differs in
 * a time alone is told by the first.
 */
export const recoveryTexts = (findings: readonly FindingItem[]): string[] => {
  const groups = new Map<string, { state: RecoveryState; code: string; says: string; nodes: Set<string> }>();
  for (const { recovery, nodeUid } of findings) {
    if (recovery === undefined) continue;
    const { state, code = '', says } = recovery;
    // A rule says the same wherever it stands; what is watched differs by its step.
    const key = `${state} ${code === '' && state === 'watching' ? says : code}`;
    const group = groups.get(key) ?? { state, code, says, nodes: new Set<string>() };
    group.nodes.add(nodeUid);
    groups.set(key, group);
  }
  return [...groups.values()]
    .sort((one, other) => stateOrder.indexOf(one.state) - stateOrder.indexOf(other.state))
    .map(({ state, code, says, nodes }) => {
      const rule = code === '' ? '' : ` (${oneLine(code)})`;
      return `pullpath ${stateWords[state]} on ${many(nodes.size, 'node')}: ${oneLine(says)}${rule}`;
    });
};

const shownRetries = 5;

/** Pulls of the agents' own, newest first, each with its node and, where it is not plain, its image; and what they gained. */
export const retryLines = (
  items: readonly RetryItem[],
  view: Pick<Page, 'width'> & { now: number; wide: boolean; image?: string | null },
): string[] => {
  const { now, wide, image = null } = view;
  const shown = items.slice(0, wide ? items.length : shownRetries);
  const lines = shown.flatMap((item, at) => {
    const what = image === null ? ` ${oneLine(item.image)}` : '';
    return block(at === 0 ? 'pullpath' : '', `${oneLine(item.node)}${what}: ${retryText(item, now)}`, view);
  });
  const saved = items.flatMap(({ outcome, savedMs }) => (outcome === 'pulled' ? (savedMs ?? []) : []));
  const sum = saved.reduce((total, ms) => total + ms, 0);
  const more = items.length - shown.length;
  const rest = [
    ...(more > 0 ? [`${more} more`] : []),
    ...(saved.length > 1 ? [`${span(sum)} gained on the kubelet’s own attempts by ${many(saved.length, 'pull')}`] : []),
  ];
  return rest.length === 0 ? lines : [...lines, ...block('', rest.join('; '), view)];
};
