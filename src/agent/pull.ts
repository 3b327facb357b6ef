import { explainText } from '../diagnose/explain.ts';
import { causeFacts } from '../model/cause.ts';
import { limits } from '../model/limits.ts';
import type { RetryRecord } from '../model/report.ts';
import { redact } from '../parse/redact.ts';
import type { CriAuth, CriClient } from './cri/client.ts';

/** What pulls: the runtime while it answers. */
export type PullClient = Pick<CriClient, 'pullImage' | 'imageStatus'>;

type Pull = {
  image: string;
  client: PullClient | null;
  auth: CriAuth | null;
  now: () => number;
  /** Of the message that is kept. */
  maxBytes?: number;
};

/** Pulls an image once over CRI; null where that is cut short. Times are epoch milliseconds. */
export const pullOnce = async (
  { image, client, auth, now, maxBytes = limits.messageBytes / 4 }: Pull,
  signal: AbortSignal,
): Promise<RetryRecord | null> => {
  const at = now();
  if (client === null) return { image, at, ms: 0, outcome: 'unavailable', cause: 'runtime-unavailable', message: null };
  const result = await client.pullImage(image, AbortSignal.any([signal, AbortSignal.timeout(limits.criPullMs)]), auth);
  if (signal.aborted) return null;
  const ms = now() - at;
  if (result.ok) return { image, at, ms, outcome: 'pulled', cause: null, message: null };
  // What broke stands at the end of a text that may be longer than what is kept of it.
  const { cause } = explainText(result.details.slice(0, limits.messageBytes), { image });
  // containerd hands a registry's 503 on by this code too; then the text names a part of the path.
  const { stage } = causeFacts(cause);
  const outcome = result.code === 'UNAVAILABLE' && (stage === null || stage === 'runtime') ? 'unavailable' : 'failed';
  return { image, at, ms, outcome, cause, message: redact(result.details).slice(0, maxBytes) };
};
