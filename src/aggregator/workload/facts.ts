import { readPullSecret } from '../../diagnose/pull-secret.ts';
import { normalImage } from '../../model/image-ref.ts';
import { limits } from '../../model/limits.ts';
import type { SecretFacts, WorkloadFacts } from '../../model/workload.ts';
import type { KubernetesApi } from '../kubernetes/api.ts';
import { isName } from '../kubernetes/name.ts';
import { accountSchema, lookUp, podListSchema, podSchema, secretSchema, type Pod } from './objects.ts';
import type { WaitingContainer } from './waiting-containers.ts';

/** A container that a finding says waits. */
export type Waiting = WaitingContainer & { image: string };

const nothing = (waiting: Waiting, found: WorkloadFacts['found'], unchecked: string | null): WorkloadFacts => {
  const { namespace, pod, container, image } = waiting;
  return {
    ...{ namespace, pod, container, image, found, pullPolicy: null, owner: null, serviceAccount: null, secrets: [] },
    elsewhere: { runs: 'not-checked', nodes: [] },
    unchecked,
  };
};

/** What made the pod: of a ReplicaSet its Deployment, whose name stands before the hash that both labels carry. */
const ownerOf = ({ metadata }: Pod): WorkloadFacts['owner'] => {
  const owner = metadata.ownerReferences.find(({ controller }) => controller) ?? null;
  if (owner === null) return null;
  const hash = metadata.labels['pod-template-hash'] ?? '';
  if (owner.kind === 'ReplicaSet' && hash !== '' && owner.name.endsWith(`-${hash}`))
    return { kind: 'Deployment', name: owner.name.slice(0, -hash.length - 1) };
  return { kind: owner.kind, name: owner.name };
};

const secretFacts = async (
  api: Pick<KubernetesApi, 'get'>,
  { namespace, image }: Waiting,
  { name, namedBy }: Pick<SecretFacts, 'name' | 'namedBy'>,
): Promise<SecretFacts> => {
  const found = await lookUp(api, `/api/v1/namespaces/${namespace}/secrets/${name}`, secretSchema);
  const empty = { name, namedBy, type: null, registries: [] };
  if (found.kind === 'gone') return { ...empty, exists: 'no', readable: 'no', entry: 'no' };
  if (found.kind === 'unknown')
    return { ...empty, exists: 'not-checked', readable: 'not-checked', entry: 'not-checked' };
  return { ...empty, exists: 'yes', ...readPullSecret(found.value, image) };
};

const elsewhereOf = async (api: Pick<KubernetesApi, 'get'>, waiting: Waiting): Promise<WorkloadFacts['elsewhere']> => {
  const { namespace, pod, image } = waiting;
  const path = `/api/v1/namespaces/${namespace}/pods?limit=${limits.workloadPods}`;
  const found = await lookUp(api, path, podListSchema);
  if (found.kind !== 'there') return { runs: 'not-checked', nodes: [] };
  const wanted = normalImage(image);
  const running = found.value.items.filter(({ metadata, spec, status }) =>
    spec.containers.some(container => {
      const now = status.containerStatuses.find(({ name }) => name === container.name);
      return metadata.name !== pod && normalImage(container.image) === wanted && now?.state.running !== undefined;
    }),
  );
  const nodes = [...new Set(running.map(({ spec }) => spec.nodeName))].filter(name => name !== '').sort();
  return { runs: running.length > 0 ? 'yes' : 'no', nodes: nodes.slice(0, limits.workloadNodes) };
};

/**
 * What the cluster says of a container that waits: its pod, the pull secrets that pod and service account name, its owner,
 * and whether the image runs elsewhere in the namespace. A few plain calls; what may not be read is said to be not checked.
 */
export const gatherFacts = async (api: Pick<KubernetesApi, 'get'>, waiting: Waiting): Promise<WorkloadFacts> => {
  const { namespace, pod, podUid, container } = waiting;
  if (!isName(namespace) || !isName(pod)) return nothing(waiting, 'not-checked', 'its name is none of Kubernetes');
  const base = `/api/v1/namespaces/${namespace}`;
  const found = await lookUp(api, `${base}/pods/${pod}`, podSchema);
  if (found.kind === 'gone') return nothing(waiting, 'no', null);
  if (found.kind === 'unknown') return nothing(waiting, 'not-checked', found.why);
  const { metadata, spec } = found.value;
  if (podUid !== null && metadata.uid !== podUid) return nothing(waiting, 'replaced', null);
  const names = spec.imagePullSecrets.map(({ name }) => name).filter(isName);
  const account = spec.serviceAccountName === '' ? 'default' : spec.serviceAccountName;
  const accountFound =
    names.length === 0 && isName(account)
      ? await lookUp(api, `${base}/serviceaccounts/${account}`, accountSchema)
      : null;
  const accountNames =
    accountFound?.kind === 'there' ? accountFound.value.imagePullSecrets.map(({ name }) => name) : [];
  const named = [
    ...names.map(name => ({ name, namedBy: 'pod' as const })),
    ...accountNames.filter(isName).map(name => ({ name, namedBy: 'service account' as const })),
  ].slice(0, limits.workloadSecrets);
  const secrets = await Promise.all(named.map(secret => secretFacts(api, waiting, secret)));
  const own = [...spec.containers, ...spec.initContainers].find(({ name }) => name === container);
  const unread = secrets.some(({ exists }) => exists === 'not-checked');
  return {
    ...nothing(waiting, 'yes', unread ? 'the aggregator may not read secrets' : null),
    pullPolicy: own === undefined || own.imagePullPolicy === '' ? null : own.imagePullPolicy,
    owner: ownerOf(found.value),
    serviceAccount: account,
    secrets,
    elsewhere: await elsewhereOf(api, waiting),
  };
};
