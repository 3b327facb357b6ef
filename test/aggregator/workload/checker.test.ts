import t from 'tap';
import { noWorkloads, workloadChecker } from '../../../src/aggregator/workload/checker.ts';
import { limits } from '../../../src/model/limits.ts';
import { findingDetailSchema, type FindingItem } from '../../../src/wire/api.ts';
import { getJson, postReport, sampleFinding, sampleFull, samplePod, sampleServer } from '../sample.ts';

const itemOf = (pods: string[]): FindingItem => ({
  ...sampleFinding({ pods: pods.map(pod => samplePod({ pod })) }),
  ...{ node: 'node-a', nodeUid: 'u', openedAt: 0, changedAt: 0, closedAt: null },
  state: 'open',
});

const counting = () => {
  const paths: string[] = [];
  const gone = { kind: 'answer', status: 404, body: {} } as const;
  const api = {
    get: (path: string) => {
      paths.push(path);
      return Promise.resolve(gone);
    },
    post: () => Promise.resolve(gone),
    close: () => Promise.resolve(),
  };
  return { api, paths };
};

t.test('the first few pods are asked about, and kept for a while', async t => {
  const { api, paths } = counting();
  const clock = { now: 0 };
  const check = workloadChecker(api, () => clock.now);
  const pods = Array.from({ length: limits.workloadChecks + 3 }, (_value, index) => `pod-${index}`);
  t.equal((await check(itemOf(pods))).length, limits.workloadChecks);
  await check(itemOf(pods));
  t.equal(paths.length, limits.workloadChecks);
  clock.now += limits.workloadKeptMs;
  await check(itemOf(pods));
  t.equal(paths.length, 2 * limits.workloadChecks);
  t.same(await noWorkloads(itemOf(pods)), []);
});

t.test('over the budget nothing is asked, and that is said', async t => {
  const { api, paths } = counting();
  const check = workloadChecker(api, () => 0);
  let unchecked = 0;
  for (let index = 0; index < limits.workloadRate.burst + 4; index += 1)
    unchecked += (await check(itemOf([`pod-${index}`]))).filter(({ verdict }) => verdict === 'not-checked').length;
  t.equal(unchecked, 4);
  t.equal(paths.length, limits.workloadRate.burst);
});

t.test('one finding tells what the cluster says of its pods', async t => {
  const { api } = counting();
  const { app } = sampleServer(t, { checkWorkloads: workloadChecker(api, () => 7) });
  await postReport(app, { ...sampleFull({ seq: 1 }), findings: [sampleFinding()] });
  const { body } = await getJson(app, '/v1/findings/f-1', findingDetailSchema);
  t.match(body.workloads, [{ pod: 'api-1', verdict: 'pod-gone', checkedAt: 7 }]);
});
