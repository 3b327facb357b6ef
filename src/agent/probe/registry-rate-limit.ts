import { isIP } from 'node:net';
import type { Check } from '../../model/check.ts';
import { readLimitReset } from '../../parse/named-pause.ts';
import { beginCheck } from './outcome.ts';
import type { Session } from './session.ts';

/** `100;w=21600` as a count and a window in seconds. */
const parseLimit = (header: string | string[] | undefined): { count: number; windowSeconds: number | null } | null => {
  const [, count, window] = /^\s*(\d{1,9})\s*(?:;\s*w=(\d{1,9}))?/.exec(String(header ?? '')) ?? [];
  return count === undefined
    ? null
    : { count: Number(count), windowSeconds: window === undefined ? null : Number(window) };
};

/** What the manifest's answer said of the pull limit; nothing is asked for it. */
export const probeRegistryRateLimit = (session: Session): Promise<Check> => {
  const check = beginCheck('registry.rate-limit');
  const { head } = session;
  if (head === null) return Promise.resolve(check.fail({ code: 'not-told', detail: 'no manifest was asked for' }));
  const limit = parseLimit(head.headers['ratelimit-limit']);
  const left = parseLimit(head.headers['ratelimit-remaining']);
  if (left === null)
    return Promise.resolve(check.fail({ code: 'not-told', detail: 'the registry tells of no pull limit' }));
  // Docker Hub says whom it counts: the address that this node is seen with from outside, or an account.
  const source = String(head.headers['docker-ratelimit-source'] ?? '');
  const facts = {
    ...{ limit: limit?.count ?? null, remaining: left.count, windowSeconds: left.windowSeconds },
    ...(isIP(source) === 0 ? {} : { source }),
  };
  const hours = left.windowSeconds === null ? '' : ` in ${Math.round(left.windowSeconds / 360) / 10} h`;
  const said = `${left.count} of ${limit?.count ?? 'unknown'} pulls left${hours}`;
  if (left.count > 0) return Promise.resolve(check.pass(said, facts));
  // A pull before that would be refused.
  const resetMs = readLimitReset(head.headers, session.way.net.now());
  const told = resetMs === null ? {} : { retryAfterSeconds: Math.ceil(resetMs / 1000) };
  return Promise.resolve(check.fail({ code: 'rate-limit-exhausted', detail: said }, { ...facts, ...told }));
};
