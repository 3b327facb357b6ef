import { createHash } from 'node:crypto';
import * as v from 'valibot';
import { limits } from '../../model/limits.ts';
import type { KubernetesApi } from '../kubernetes/api.ts';
import { reviewAccess, reviewToken, type KubernetesUser, type Reviewed } from '../kubernetes/reviews.ts';
import { boundNode, type BoundNode } from './bound-node.ts';
import { bearerOf, refuse, type Admission, type Asked, type Authenticate } from './caller.ts';
import { Remembered } from './remembered.ts';

/** How callers are told apart in a cluster. */
export type KubernetesAuthOptions = {
  api: Pick<KubernetesApi, 'get' | 'post'>;
  /** What agents' tokens must have been made for. */
  audience: string;
  /** The agents' account, `NAMESPACE:NAME`. */
  agentAccount: string;
  now: () => number;
  /** Told when the API server cannot be asked. */
  onUnavailable: (why: string) => void;
};

const claimsSchema = v.object({
  exp: v.optional(v.number()),
  aud: v.optional(v.union([v.string(), v.array(v.string())]), []),
});

/** What a token says of itself, unchecked: only how long an answer is kept, and for which audience to ask, follow from it. */
const claimsOf = (token: string): v.InferOutput<typeof claimsSchema> => {
  try {
    const payload = Buffer.from(token.split('.')[1] ?? '', 'base64url').toString('utf8');
    return v.parse(claimsSchema, JSON.parse(payload));
  } catch {
    return { aud: [] };
  }
};

/** A reviewed token: whose it is, and until when that is known. */
type Known = { user: KubernetesUser | null; until: number };

const keyOf = (text: string): string => createHash('sha256').update(text).digest('base64url');

/**
 * Admits agents by TokenReview of their projected token and the node it is bound to, and readers by TokenReview and
 * SubjectAccessReview of the path. An answer is kept until the token expires; while the API server is away, those it let in
 * before stay in.
 */
class KubernetesGate {
  private readonly options: KubernetesAuthOptions;
  private readonly users: Remembered<Known>;
  private readonly nodes: Remembered<BoundNode | null>;
  private readonly access: Remembered<boolean>;

  constructor(options: KubernetesAuthOptions) {
    this.options = options;
    this.users = new Remembered(options.now);
    this.nodes = new Remembered(options.now);
    this.access = new Remembered(options.now);
  }

  async admit({ authorization, verb, path }: Asked): Promise<Admission> {
    const { audience } = this.options;
    const token = bearerOf(authorization);
    if (token === null) return refuse('token-missing', 'send Authorization: Bearer with a token of this cluster');
    if (token.length > limits.tokenChars) return refuse('token-refused', 'the token is longer than any of Kubernetes');
    // An agent's token is made for the aggregator alone; a person's may be one that is made for the API server.
    const { aud } = claimsOf(token);
    const ours = verb === 'report' || (typeof aud === 'string' ? [aud] : aud).includes(audience);
    const reviewed = await this.review(token, ours ? audience : null);
    if (reviewed.kind === 'unavailable') return this.unavailable(reviewed.why);
    const { user, until } = reviewed.answer;
    if (user === null)
      return refuse(
        'token-refused',
        `the API server does not know the token: expired, or not for audience ${audience}`,
      );
    return verb === 'report'
      ? this.agent(user, token, until)
      : this.reader(user, token, { path, verb: verb === 'ask' ? 'create' : 'get' });
  }

  private unavailable(why: string): Admission {
    this.options.onUnavailable(why);
    return refuse('auth-unavailable', `who you are cannot be checked now: ${why}`);
  }

  private review(token: string, audience: string | null): Promise<Reviewed<Known>> {
    const { api, now } = this.options;
    return this.users.get(`${keyOf(token)} ${audience ?? ''}`, async () => {
      const reviewed = await reviewToken(api, token, audience);
      if (reviewed.kind === 'unavailable') return reviewed;
      const expiry = (claimsOf(token).exp ?? Infinity) * 1000;
      // What is refused is kept for a moment only: a flood of one bad token must not reach the API server.
      const refused = reviewed.answer === null || expiry <= now();
      const until = refused ? now() + limits.authRefusedMs : Math.min(now() + limits.authKeptMs, expiry);
      return { kind: 'answer', answer: { value: { user: refused ? null : reviewed.answer, until }, until } };
    });
  }

  private async agent(user: KubernetesUser, token: string, until: number): Promise<Admission> {
    const { api, agentAccount } = this.options;
    if (user.username !== `system:serviceaccount:${agentAccount}`)
      return refuse(
        'access-denied',
        `only ${agentAccount} may send reports, and the token is ${user.username}’s; see --agent-account`,
      );
    const bound = await this.nodes.get(keyOf(token), async () => {
      const found = await boundNode(api, user);
      return found.kind === 'unavailable' ? found : { kind: 'answer', answer: { value: found.answer, until } };
    });
    if (bound.kind === 'unavailable') return this.unavailable(bound.why);
    if (bound.answer === null)
      return refuse('access-denied', 'the token is bound to no pod on a node; mount a projected service account token');
    const { name, uids } = bound.answer;
    return { ok: true, caller: { kind: 'agent', key: `node ${name}`, node: name, uids } };
  }

  private async reader(
    user: KubernetesUser,
    token: string,
    wanted: { path: string; verb: string },
  ): Promise<Admission> {
    const { api, now } = this.options;
    const { path, verb } = wanted;
    const allowed = await this.access.get(`${keyOf(token)} ${verb} ${path}`, async () => {
      const asked = await reviewAccess(api, user, wanted);
      if (asked.kind === 'unavailable') return asked;
      const keepMs = asked.answer ? limits.accessKeptMs : limits.authRefusedMs;
      return { kind: 'answer', answer: { value: asked.answer, until: now() + keepMs } };
    });
    if (allowed.kind === 'unavailable') return this.unavailable(allowed.why);
    if (allowed.answer) return { ok: true, caller: { kind: 'reader', key: `user ${user.username}` } };
    return refuse(
      'access-denied',
      `${user.username} may not ${verb} ${path}: bind the cluster role pullpath-reader (nonResourceURLs) to that user`,
    );
  }
}

/** The check of callers against a cluster's API server. */
export const kubernetesAuth = (options: KubernetesAuthOptions): Authenticate => {
  const gate = new KubernetesGate(options);
  return asked => gate.admit(asked);
};
