import type { Finding } from '../model/finding.ts';

/** When the pull failed last; what is known of it where the attempt itself was not seen is when it was first heard of. Epoch milliseconds. */
export const failedAt = ({ pods, firstSeen }: Pick<Finding, 'pods' | 'firstSeen'>): number =>
  Math.max(firstSeen, ...pods.map(pod => pod.failedAt ?? pod.firstSeen));

/** A moment (epoch milliseconds) as people say it: `12:34:56 UTC`. */
export const clock = (at: number): string => `${new Date(at).toISOString().slice(11, 19)} UTC`;
