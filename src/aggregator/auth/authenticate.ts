import type { Log } from '../../lib/log.ts';
import { limits } from '../../model/limits.ts';
import type { KubernetesApi } from '../kubernetes/api.ts';
import type { Authenticate } from './caller.ts';
import { kubernetesAuth } from './kubernetes.ts';
import { openAuth, tokenAuth } from './token.ts';

/** Who may call: anyone (on loopback only), who knows one of the tokens, or whom the cluster's API server vouches for. */
export type Auth =
  | { kind: 'none' }
  | { kind: 'token'; tokens: () => readonly string[] }
  | { kind: 'kubernetes'; api: Pick<KubernetesApi, 'get' | 'post'>; audience: string; agentAccount: string };

/** The check of callers; that the API server cannot be asked is logged now and then, not for each request. */
export const authenticator = (auth: Auth, { now, log }: { now: () => number; log: Log }): Authenticate => {
  if (auth.kind === 'none') return openAuth;
  if (auth.kind === 'token') return tokenAuth(auth.tokens);
  let saidAt = -Infinity;
  const onUnavailable = (why: string): void => {
    if (now() - saidAt < limits.complainMs) return;
    saidAt = now();
    log.error({ why }, 'callers cannot be checked, and are refused for now');
  };
  return kubernetesAuth({ ...auth, now, onUnavailable });
};
