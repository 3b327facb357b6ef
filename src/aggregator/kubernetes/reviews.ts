import * as v from 'valibot';
import { whyUnreachable, type KubernetesApi } from './api.ts';

/** A user as TokenReview names one, and as SubjectAccessReview takes one (authentication.k8s.io/v1, UserInfo). */
export type KubernetesUser = {
  username: string;
  uid: string;
  groups: string[];
  extra: Record<string, string[]>;
};

const userSchema = v.object({
  username: v.pipe(v.string(), v.minLength(1)),
  uid: v.optional(v.string(), ''),
  groups: v.optional(v.array(v.string()), []),
  extra: v.optional(v.record(v.string(), v.array(v.string())), {}),
});

const tokenReviewSchema = v.object({
  status: v.variant('authenticated', [
    v.object({ authenticated: v.literal(true), user: userSchema, audiences: v.optional(v.array(v.string()), []) }),
    v.object({ authenticated: v.optional(v.literal(false), false) }),
  ]),
});

const accessReviewSchema = v.object({ status: v.object({ allowed: v.boolean() }) });

/** An answer of the API server, or why it gave none that can be used: the caller is then neither let in nor refused for good. */
export type Reviewed<Answer> = { kind: 'answer'; answer: Answer } | { kind: 'unavailable'; why: string };

const whyOf = (status: number): string =>
  status === 403 || status === 401
    ? `the API server does not let the aggregator ask (HTTP ${status}): bind system:auth-delegator to its service account`
    : `the API server answers HTTP ${status}`;

const ask = async <Answer>(
  api: Pick<KubernetesApi, 'post'>,
  [path, body]: [string, unknown],
  schema: v.GenericSchema<unknown, Answer>,
): Promise<Reviewed<Answer>> => {
  const reply = await api.post(path, body);
  if (reply.kind === 'unreachable') return { kind: 'unavailable', why: whyUnreachable(reply) };
  if (reply.status !== 201 && reply.status !== 200) return { kind: 'unavailable', why: whyOf(reply.status) };
  const parsed = v.safeParse(schema, reply.body);
  return parsed.success
    ? { kind: 'answer', answer: parsed.output }
    : { kind: 'unavailable', why: 'the API server’s answer is no review' };
};

/**
 * Whose token it is; null for one that is not valid here. With an audience, an answer that does not name it again is a
 * server that knows no audiences, and is no yes (TokenReview, `status.audiences`).
 */
export const reviewToken = async (
  api: Pick<KubernetesApi, 'post'>,
  token: string,
  audience: string | null,
): Promise<Reviewed<KubernetesUser | null>> => {
  const body = {
    apiVersion: 'authentication.k8s.io/v1',
    kind: 'TokenReview',
    spec: { token, ...(audience === null ? {} : { audiences: [audience] }) },
  };
  const reviewed = await ask(api, ['/apis/authentication.k8s.io/v1/tokenreviews', body], tokenReviewSchema);
  if (reviewed.kind === 'unavailable') return reviewed;
  const { status } = reviewed.answer;
  const holds = status.authenticated && (audience === null || status.audiences.includes(audience));
  return { kind: 'answer', answer: holds ? status.user : null };
};

/** Whether the cluster's authorizers let a user read a path: a rule with `nonResourceURLs`. */
export const reviewAccess = async (
  api: Pick<KubernetesApi, 'post'>,
  user: KubernetesUser,
  attributes: { path: string; verb: string },
): Promise<Reviewed<boolean>> => {
  const { username, uid, groups, extra } = user;
  const body = {
    apiVersion: 'authorization.k8s.io/v1',
    kind: 'SubjectAccessReview',
    spec: { user: username, uid, groups, extra, nonResourceAttributes: attributes },
  };
  const reviewed = await ask(api, ['/apis/authorization.k8s.io/v1/subjectaccessreviews', body], accessReviewSchema);
  if (reviewed.kind === 'unavailable') return reviewed;
  return { kind: 'answer', answer: reviewed.answer.status.allowed };
};
