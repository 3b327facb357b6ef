import { judgeWorkload } from '../../diagnose/workload.ts';
import { limits } from '../../model/limits.ts';
import type { WorkloadCheck } from '../../model/workload.ts';
import type { FindingItem } from '../../wire/api.ts';
import { ExpiringMap } from '../auth/expiring-map.ts';
import { RateLimit } from '../auth/rate-limit.ts';
import type { KubernetesApi } from '../kubernetes/api.ts';
import { gatherFacts, type Waiting } from './facts.ts';

/** Looks at the pods of a finding; empty where there is nothing to ask. Never throws. */
export type CheckWorkloads = (finding: FindingItem) => Promise<WorkloadCheck[]>;

/** For an aggregator that has no account at the API server. */
export const noWorkloads: CheckWorkloads = () => Promise.resolve([]);

/**
 * Asks the API server about the first few pods of a finding, when somebody looks at it: nothing is watched, answers are kept
 * for a minute, and over the budget a pod is "not checked".
 */
export const workloadChecker = (api: Pick<KubernetesApi, 'get'>, now: () => number): CheckWorkloads => {
  const known = new ExpiringMap<Promise<WorkloadCheck>>(limits.workloadCache);
  const budget = new RateLimit(limits.workloadRate, 1);

  const check = async (waiting: Waiting, node: string): Promise<WorkloadCheck> => {
    const at = { node, checkedAt: now() };
    if (budget.take('all', now()) === 0) return judgeWorkload(await gatherFacts(api, waiting), at);
    const { namespace, pod, container, image } = waiting;
    return judgeWorkload(
      {
        ...{ namespace, pod, container, image, found: 'not-checked', pullPolicy: null, owner: null },
        ...{ serviceAccount: null, secrets: [], elsewhere: { runs: 'not-checked', nodes: [] } },
        unchecked: 'too many pods were asked about just now; ask again in a few seconds',
      },
      at,
    );
  };

  return ({ pods, image, node }) =>
    Promise.all(
      image === null
        ? []
        : pods.slice(0, limits.workloadChecks).map(({ namespace, pod, podUid, container }) => {
            const key = [namespace, pod, podUid ?? '', container, image].join('\n');
            const held = known.get(key, now());
            if (held !== undefined) return held;
            const asked = check({ namespace, pod, podUid, container, image }, node);
            known.set(key, asked, now() + limits.workloadKeptMs);
            return asked;
          }),
    );
};
