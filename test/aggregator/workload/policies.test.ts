import { readFileSync } from 'node:fs';
import t from 'tap';
import { noPolicies, policyTeller, type TellPolicies } from '../../../src/aggregator/workload/policies.ts';
import { limits } from '../../../src/model/limits.ts';
import type { Report } from '../../../src/model/report.ts';
import { reportAnswerSchema } from '../../../src/wire/api.ts';
import { readJson } from '../../../src/wire/read-json.ts';
import { until } from '../../house/until.ts';
import { connectFake } from '../kubernetes/fake-api.ts';
import {
  postReport,
  sampleDigest,
  sampleFinding,
  sampleFull,
  sampleHeartbeat,
  samplePod,
  sampleServer,
} from '../sample.ts';

type Call = { name: string; response: { body: { metadata: { uid: string } } } };
const calls = JSON.parse(readFileSync(new URL('../kubernetes/calls-1.36.json', import.meta.url), 'utf8')) as Call[];
const recorded = calls.find(({ name }) => name === 'pod-in-backoff')?.response.body ?? { metadata: { uid: '' } };
const uid = recorded.metadata.uid;

const who = { namespace: 'default', pod: 'missing-secret', podUid: uid, container: 'app' };
const reportOf = (pod = who, node = 'node-a', seq = 1) =>
  sampleFull({ name: node, seq }, { findings: [sampleFinding({ pods: [samplePod(pod)] })] });

/** As the teller is asked for the answer to a report. */
const askedBy = (report: Report): Parameters<TellPolicies> => {
  const { node, full } = sampleDigest(report, 0);
  return [node, full?.containers ?? null];
};

const podOf = (policy: string) => ({
  metadata: { uid: 'u' },
  spec: { nodeName: 'node-a', containers: [{ name: 'app', image: 'x:1', imagePullPolicy: policy }] },
});

/** An API server that counts, and answers as it is told, at once or when it is let. */
const counting = (body: unknown, status = 200) => {
  const its = { asked: 0, status, clock: 0, answers: Promise.resolve() };
  const get = async () => {
    its.asked += 1;
    await its.answers;
    return { kind: 'answer' as const, status: its.status, body };
  };
  return { its, tell: policyTeller({ get }, () => its.clock) };
};

t.test('the policy of a real pod, to the node that it is on', async t => {
  const { client } = await connectFake(t, {
    callers: new Map([['aggregator-account', new Set(['get pods'])]]),
    objects: new Map([['pods/default/missing-secret', recorded]]),
  });
  const tell = policyTeller(client, () => 0);
  await until('the API server’s answer', async () => (await tell(...askedBy(reportOf())))?.length === 1);
  t.same(await tell(...askedBy(reportOf())), [{ ...who, policy: 'IfNotPresent' }]);
  t.same(await tell(...askedBy(reportOf(who, 'node-b'))), [], 'not to another node');
  t.same(await tell(...askedBy(reportOf({ ...who, podUid: 'older' }))), [], 'not of another pod of that name');
  t.same(await tell(...askedBy(reportOf({ ...who, pod: 'nosuch' }))), [], 'not of one that is gone');
  t.same(
    await tell(...askedBy(reportOf({ ...who, pod: '../../secrets/x' }))),
    [],
    'a name that is none is not asked for',
  );
  t.equal(await noPolicies(...askedBy(reportOf())), null);
});

t.test('each pod is asked about once; a heartbeat’s answer tells what was known too late', async t => {
  const { its, tell } = counting(podOf('Always'));
  const pod = { ...who, podUid: 'u' };
  let answer = (): void => undefined;
  its.answers = new Promise(resolve => (answer = resolve));
  t.same(await tell(...askedBy(reportOf(pod))), [], 'the answer to the report does not wait for long');
  answer();
  const beat = sampleHeartbeat({ name: 'node-a', seq: 2 }, 1);
  t.same(await tell(...askedBy(beat)), [{ ...pod, policy: 'Always' }]);
  t.same(
    await tell(...askedBy(reportOf(pod, 'node-a', 3))),
    [{ ...pod, policy: 'Always' }],
    'a full report is told again',
  );
  t.equal(its.asked, 1);
  t.same(await tell(...askedBy(sampleFull({ name: 'node-a', seq: 4 }))), [], 'nothing waits');
  t.same(await tell(...askedBy(sampleHeartbeat({ name: 'node-a', seq: 5 }, 4))), []);
});

t.test('where the API server refuses, the aggregator says that it cannot tell, and asks again later', async t => {
  const { its, tell } = counting(podOf('Always'), 403);
  const pod = { ...who, podUid: 'u' };
  t.equal(await tell(...askedBy(reportOf(pod))), null);
  its.status = 200;
  t.equal(await tell(...askedBy(reportOf(pod))), null);
  t.equal(its.asked, 1);
  its.clock += limits.workloadKeptMs;
  t.same(await tell(...askedBy(reportOf(pod))), [{ ...pod, policy: 'Always' }]);
});

t.test('a policy of a newer cluster is not told; nor is what can never be pulled asked about', async t => {
  const { its, tell } = counting(podOf('Sometimes'));
  t.same(await tell(...askedBy(reportOf({ ...who, podUid: 'u' }))), []);
  const never = sampleFinding({ retry: 'never', pods: [samplePod()] });
  t.same(await tell(...askedBy(sampleFull({ name: 'node-b' }, { findings: [never] }))), []);
  t.equal(its.asked, 1);
});

t.test('under a budget, and so many in one answer', async t => {
  const { its, tell } = counting(podOf('Always'));
  for (let node = 0; node < 5; node += 1) {
    const pods = Array.from({ length: 150 }, (_none, at) => samplePod({ ...who, podUid: 'u', pod: `p-${node}-${at}` }));
    const told = await tell(
      ...askedBy(sampleFull({ name: 'node-a', seq: node + 1 }, { findings: [sampleFinding({ pods })] })),
    );
    t.ok((told?.length ?? 0) <= limits.policiesAtOnce);
  }
  t.equal(its.asked, limits.policyRate.burst);
});

t.test('the answer to a report carries them, or nothing where nobody can be asked', async t => {
  const { tell } = counting(podOf('Always'));
  const { app } = sampleServer(t, { tellPolicies: tell });
  const pod = { ...who, podUid: 'u' };
  const { body } = await postReport(app, reportOf(pod));
  t.same(readJson(JSON.stringify(body), reportAnswerSchema), {
    ok: true,
    value: { stored: true, resync: false, herd: {}, policies: [{ ...pod, policy: 'Always' }] },
  });
  const bare = sampleServer(t);
  t.notOk('policies' in ((await postReport(bare.app, reportOf(pod))).body as object));
});
