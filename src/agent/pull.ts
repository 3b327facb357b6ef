import { explainText } from '../diagnose/explain.ts';
import { limits } from '../model/limits.ts';
import type { RetryRecord } from '../model/report.ts';
import type { CriAuth, CriClient } from './cri/client.ts';

/** What pulls: the runtime while it answers. */
export type PullClient = Pick<CriClient, 'pullImage' | 'imageStatus'>;

/** Pulls an image once over CRI; null where the agent stops in the middle. Times are epoch milliseconds. */
export const pullOnce = async (
  { image, client, auth, now }: { image: string; client: PullClient | null; auth: CriAuth | null; now: () => number },
  signal: AbortSignal,
): Promise<RetryRecord | null> => {
  const at = now();
  if (client === null) return { image, at, ms: 0, outcome: 'unavailable', cause: 'runtime-unavailable', message: null };
  const result = await client.pullImage(image, AbortSignal.any([signal, AbortSignal.timeout(limits.criPullMs)]), auth);
  if (signal.aborted) return null;
  const ms = now() - at;
  if (result.ok) return { image, at, ms, outcome: 'pulled', cause: null, message: null };
  const message = result.details.slice(0, limits.messageBytes / 4);
  const outcome = result.code === 'UNAVAILABLE' ? 'unavailable' : 'failed';
  return { image, at, ms, outcome, cause: explainText(message).cause, message };
};
