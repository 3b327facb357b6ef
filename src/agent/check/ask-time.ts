import type { RequestBudget } from '../probe/request-budget.ts';
import { HttpClient } from '../probe/http-client.ts';
import type { Session } from '../probe/session.ts';

const ofDates: ReadonlySet<string> = new Set(['tls-expired', 'tls-not-yet-valid']);

/**
 * What the server's clock is ahead of this node's, milliseconds, where its certificate is at fault by nothing but its dates:
 * then it is this node's clock or the certificate, and `Date` tells which. The server is not verified: the request has no
 * credentials, and nothing else is taken from its answer.
 */
export const askTime = async (session: Session, budget: RequestBudget, signal: AbortSignal): Promise<number[]> => {
  const faults = session.tls?.faults ?? [];
  const doubtful = faults.length > 0 && faults.every(({ code }) => ofDates.has(code));
  if (!doubtful || session.http.skews.length > 0) return [];
  const { origin } = session.base;
  const http = new HttpClient({ origin, way: { ...session.way, skipVerify: true }, budget });
  try {
    await http.send({ method: 'HEAD', url: new URL('/v2/', origin) }, signal);
    return http.skews;
  } finally {
    http.close();
  }
};
