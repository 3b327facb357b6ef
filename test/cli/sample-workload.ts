import type { WorkloadCheck } from '../../src/model/workload.ts';

/** A pod that names no pull secret. */
export const sampleWorkload = (given: Partial<WorkloadCheck> = {}): WorkloadCheck => ({
  ...{ namespace: 'prod', pod: 'api-1', container: 'api', image: 'reg.example/team/api:1', found: 'yes' },
  ...{ pullPolicy: 'Always', owner: { kind: 'Deployment', name: 'api' }, serviceAccount: 'default', secrets: [] },
  ...{ elsewhere: { runs: 'no', nodes: [] }, unchecked: null, checkedAt: 1000, verdict: 'no-secret' },
  says: 'the pod and its service account name no pull secret',
  fix: [{ say: 'Name one', run: 'kubectl -n prod create secret docker-registry pull' }],
  ...given,
});
