import { sleep } from '../../lib/backoff.ts';
import { limits } from '../../model/limits.ts';
import { isPullPolicy, type KnownPolicy, type PullPolicy } from '../../model/pull-policy.ts';
import type { NodeIdentity } from '../../model/report.ts';
import { ExpiringMap } from '../auth/expiring-map.ts';
import { RateLimit } from '../auth/rate-limit.ts';
import type { KubernetesApi } from '../kubernetes/api.ts';
import { lookUp, podSchema } from './objects.ts';
import type { WaitingContainer } from './waiting-containers.ts';

/**
 * The pull policies of containers that a node waits for, as far as they are known; null where nobody can be asked. `containers`
 * are those of its newest full report; null for a heartbeat.
 */
export type TellPolicies = (
  node: Pick<NodeIdentity, 'name' | 'uid'>,
  containers: readonly WaitingContainer[] | null,
) => Promise<KnownPolicy[] | null>;

/** For an aggregator that has no account at the API server. */
export const noPolicies: TellPolicies = () => Promise.resolve(null);

/** Policies of one pod's containers; null where the API server did not say. `found` is missing until it has answered. */
type Asked = { done: Promise<void>; found?: ReadonlyMap<string, PullPolicy> | null };

/** One call; a pod that is gone, is another by now or is on another node has no policy to tell. */
const askPod = async (
  api: Pick<KubernetesApi, 'get'>,
  { namespace, pod, podUid }: WaitingContainer,
  node: string,
): Promise<ReadonlyMap<string, PullPolicy> | null> => {
  const found = await lookUp(api, `/api/v1/namespaces/${namespace}/pods/${pod}`, podSchema);
  if (found.kind === 'unknown') return null;
  if (found.kind === 'gone') return new Map();
  const { metadata, spec } = found.value;
  if (spec.nodeName !== node || (podUid !== null && metadata.uid !== podUid)) return new Map();
  return new Map(
    [...spec.containers, ...spec.initContainers].flatMap(({ name, imagePullPolicy }) =>
      isPullPolicy(imagePullPolicy) ? [[name, imagePullPolicy] as const] : [],
    ),
  );
};

/**
 * Tells nodes the pull policies of their waiting containers, in the answers to their reports: each pod is asked about once,
 * under a budget. The answer waits for the API server for a moment only; what comes later goes with the node's next answer.
 */
export const policyTeller = (api: Pick<KubernetesApi, 'get'>, now: () => number): TellPolicies => {
  const pods = new ExpiringMap<Asked>(limits.policyPods);
  /** By the node's uid: what its newest full report waits for. */
  const waiting = new ExpiringMap<readonly WaitingContainer[]>(limits.rateClients);
  const budget = new RateLimit(limits.policyRate, 1);
  let refusedUntil = -Infinity;

  const ask = (container: WaitingContainer, node: string): Asked | undefined => {
    const { namespace, pod, podUid } = container;
    const key = [node, namespace, pod, podUid ?? ''].join('\n');
    const known = pods.get(key, now());
    if (known !== undefined || now() < refusedUntil || budget.take('all', now()) > 0) return known;
    const asked: Asked = {
      done: askPod(api, container, node).then(found => {
        asked.found = found;
        if (found !== null) return;
        refusedUntil = now() + limits.workloadKeptMs;
        pods.set(key, asked, refusedUntil);
      }),
    };
    pods.set(key, asked, now() + limits.policyKeptMs);
    return asked;
  };

  return async ({ name, uid }, containers) => {
    const wanted = containers ?? waiting.get(uid, now()) ?? [];
    if (containers !== null) waiting.set(uid, wanted, now() + limits.policyKeptMs);
    const asked = wanted.map(container => ({ container, asked: ask(container, name) }));
    const open = asked.flatMap(one => (one.asked === undefined || 'found' in one.asked ? [] : [one.asked.done]));
    if (open.length > 0) {
      const patience = new AbortController();
      await Promise.race([Promise.all(open), sleep(limits.policyAnswerMs, patience.signal)]);
      patience.abort();
    }
    if (now() < refusedUntil) return null;
    return asked.flatMap(one => {
      const policy = one.asked?.found?.get(one.container.container);
      return policy === undefined ? [] : [{ ...one.container, policy }];
    });
  };
};
