import * as v from 'valibot';
import { whyUnreachable, type KubernetesApi } from '../kubernetes/api.ts';
import type { KubernetesUser, Reviewed } from '../kubernetes/reviews.ts';

/** The node that a token is bound to, with the uids that it may report by. */
export type BoundNode = { name: string; uids: string[] };

const name = v.pipe(v.string(), v.regex(/^[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?$/), v.maxLength(253));
const podSchema = v.object({
  metadata: v.object({ uid: v.string() }),
  spec: v.object({ nodeName: name }),
});
const nodeSchema = v.object({
  metadata: v.object({ uid: v.string() }),
  status: v.optional(v.object({ nodeInfo: v.optional(v.object({ machineID: v.optional(v.string(), '') })) })),
});

const get = async <Answer>(
  api: Pick<KubernetesApi, 'get'>,
  path: string,
  schema: v.GenericSchema<unknown, Answer>,
): Promise<Reviewed<Answer | null>> => {
  const reply = await api.get(path);
  if (reply.kind === 'unreachable') return { kind: 'unavailable', why: whyUnreachable(reply) };
  if (reply.status === 404) return { kind: 'answer', answer: null };
  const parsed = v.safeParse(schema, reply.body);
  if (reply.status === 200 && parsed.success) return { kind: 'answer', answer: parsed.output };
  return { kind: 'unavailable', why: `the API server answers HTTP ${reply.status} for ${path}` };
};

const only = (values: string[] | undefined): string => (values?.length === 1 ? (values[0] ?? '') : '');
const claim = 'authentication.kubernetes.io';

/** The node of a pod, as long as it is the very pod that the token was given to. */
const nodeOfPod = async (
  api: Pick<KubernetesApi, 'get'>,
  [namespace, pod, uid]: [string, string, string],
): Promise<Reviewed<BoundNode | null>> => {
  const found = await get(api, `/api/v1/namespaces/${namespace}/pods/${pod}`, podSchema);
  if (found.kind === 'unavailable' || found.answer === null || found.answer.metadata.uid !== uid)
    return found.kind === 'unavailable' ? found : { kind: 'answer', answer: null };
  const { nodeName } = found.answer.spec;
  const node = await get(api, `/api/v1/nodes/${nodeName}`, nodeSchema);
  if (node.kind === 'unavailable' || node.answer === null)
    return node.kind === 'unavailable' ? node : { kind: 'answer', answer: null };
  // Without a node in its token an agent goes by the machine id (agent/identity.ts).
  const { metadata, status } = node.answer;
  const uids = [metadata.uid, (status?.nodeInfo?.machineID ?? '').replaceAll('-', '')].filter(one => one !== '');
  return { kind: 'answer', answer: { name: nodeName, uids } };
};

/**
 * Which node a reviewed service account token is bound to; null for one that is bound to none. Kubernetes 1.30 on says it in
 * the token; before that the pod it was given to is looked up.
 */
export const boundNode = async (
  api: Pick<KubernetesApi, 'get'>,
  user: KubernetesUser,
): Promise<Reviewed<BoundNode | null>> => {
  const [nodeName, nodeUid] = [only(user.extra[`${claim}/node-name`]), only(user.extra[`${claim}/node-uid`])];
  if (nodeName !== '' && nodeUid !== '') return { kind: 'answer', answer: { name: nodeName, uids: [nodeUid] } };
  const [pod, podUid] = [only(user.extra[`${claim}/pod-name`]), only(user.extra[`${claim}/pod-uid`])];
  const namespace = user.username.split(':')[2] ?? '';
  if (!v.is(name, pod) || podUid === '' || !v.is(name, namespace)) return { kind: 'answer', answer: null };
  return nodeOfPod(api, [namespace, pod, podUid]);
};
