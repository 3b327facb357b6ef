import { normalImage } from '../model/image-ref.ts';
import { limits } from '../model/limits.ts';
import type { RetryRecord } from '../model/report.ts';
import type { RetryItem } from '../wire/retry-schema.ts';
import type { Cluster } from './cluster.ts';

/** The newest of a node's records, newest first, as they are told in lists. */
export const listedRetries = (records: readonly RetryRecord[]): RetryRecord[] =>
  records
    .toSorted((one, other) => other.at - one.at)
    .slice(0, limits.listedRetries)
    .map(one => ({ ...one, message: one.message?.slice(0, limits.listedRetryChars) ?? null }));

/** What agents pulled, newest first by their nodes' clocks: of all nodes or one, of all images or one (in full). */
export const retryItems = (
  { view, retries }: Pick<Cluster, 'view' | 'retries'>,
  only: { uid: string | null; image: string | null },
): RetryItem[] => {
  const items: RetryItem[] = [];
  for (const [uid, records] of only.uid === null ? retries : [[only.uid, retries.get(only.uid) ?? []] as const]) {
    const node = view.nodes.get(uid);
    if (node === undefined) continue;
    for (const one of records)
      if (only.image === null || normalImage(one.image) === only.image)
        items.push({ node: node.name, nodeUid: uid, ...one });
  }
  return items.sort((one, other) => other.at - one.at || (one.node < other.node ? -1 : 1));
};
