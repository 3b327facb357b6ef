import { normalImage } from '../model/image-ref.ts';
import { limits } from '../model/limits.ts';
import type { PulledImage, ReportState } from '../model/report.ts';

/** When a report was sent by the node's clock, and when it came by the aggregator's. */
export type Heard = { sentAt: number; at: number };

/**
 * The images that a node pulled, the newest first, each once: what its runtime says, by their full names, and the agent's own
 * pulls, which an older agent tells alone. Times are the aggregator's. A node's clock may be ahead, and a report may have waited
 * for days: of the times that either makes of it the earlier counts, so that no old pull passes for a new one.
 */
export const pulledOf = (
  { pulled = [], retries }: Pick<ReportState, 'pulled' | 'retries'>,
  { sentAt, at: came }: Heard,
): PulledImage[] => {
  const newest = new Map<string, number>();
  const note = (name: string, at: number): void => {
    newest.set(name, Math.max(0, newest.get(name) ?? 0, Math.min(at, came, came - (sentAt - at))));
  };
  for (const { image, at } of pulled) note(image, at);
  for (const { image, at, outcome } of retries) if (outcome === 'pulled') note(normalImage(image), at);
  return Array.from(newest, ([image, at]) => ({ image, at }))
    .sort((one, other) => other.at - one.at)
    .slice(0, limits.pulledImages);
};
