import { readFileSync } from 'node:fs';
import t from 'tap';
import { gatherFacts } from '../../../src/aggregator/workload/facts.ts';
import { connectFake } from '../kubernetes/fake-api.ts';

type Call = { name: string; response: { body: Record<string, unknown> } };
const calls = JSON.parse(readFileSync(new URL('../kubernetes/calls-1.36.json', import.meta.url), 'utf8')) as Call[];
const bodyOf = (name: string): Record<string, unknown> => calls.find(call => call.name === name)?.response.body ?? {};

const base64 = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64');
const secretOf = (registry: string): Record<string, unknown> => ({
  kind: 'Secret',
  type: 'kubernetes.io/dockerconfigjson',
  data: { '.dockerconfigjson': base64({ auths: { [registry]: { auth: 'dXNlcjpzZW50aW5lbA==' } } }) },
});

const clusterOf = (t: { teardown: (run: () => unknown) => void }, verbs: string[] = ['*']) =>
  connectFake(t, {
    callers: new Map([['aggregator-account', new Set(verbs)]]),
    objects: new Map([
      ['pods/default/missing-secret', bodyOf('pod-in-backoff')],
      ['pods/default/wrong-secret', bodyOf('pod-secret-wrong')],
      ['serviceaccounts/default/default', bodyOf('serviceaccount')],
      ['secrets/default/wrong', secretOf('auth.lab.test')],
    ]),
  });

const waiting = { namespace: 'default', podUid: null, container: 'app', image: 'auth.lab.test/team/api:1.4.2' };

t.test('pods of a real cluster: a secret that is not there, and one that has an entry', async t => {
  const { client } = await clusterOf(t);
  const missing = await gatherFacts(client, { ...waiting, pod: 'missing-secret' });
  t.match(missing, {
    ...{ found: 'yes', pullPolicy: 'IfNotPresent', owner: null, serviceAccount: 'default', unchecked: null },
    secrets: [{ name: 'nosuchsecret', namedBy: 'pod', exists: 'no' }],
  });
  const wrong = await gatherFacts(client, { ...waiting, pod: 'wrong-secret' });
  t.match(wrong.secrets, [
    { name: 'wrong', exists: 'yes', readable: 'yes', entry: 'yes', registries: ['auth.lab.test'] },
  ]);
  t.notMatch(JSON.stringify([missing, wrong]), /sentinel|dXNlcjp/, 'nothing of a secret but its registries');
});

t.test('a pod that is gone, or another by now', async t => {
  const { client } = await clusterOf(t);
  t.match(await gatherFacts(client, { ...waiting, pod: 'nosuch' }), { found: 'no', unchecked: null });
  t.match(await gatherFacts(client, { ...waiting, pod: 'missing-secret', podUid: 'older' }), { found: 'replaced' });
});

t.test('what may not be read is not checked, and never no', async t => {
  const { client } = await clusterOf(t, ['get pods']);
  t.match(await gatherFacts(client, { ...waiting, pod: 'wrong-secret' }), {
    secrets: [{ name: 'wrong', exists: 'not-checked', entry: 'not-checked' }],
    unchecked: /may not read secrets/,
  });
  const blind = await clusterOf(t, []);
  t.match(await gatherFacts(blind.client, { ...waiting, pod: 'wrong-secret' }), {
    found: 'not-checked',
    unchecked: /HTTP 403/,
  });
  await blind.api.stop();
  t.match(await gatherFacts(blind.client, { ...waiting, pod: 'wrong-secret' }), { found: 'not-checked' });
});

t.test('a name that is a path is asked for nowhere', async t => {
  const { client, api } = await clusterOf(t);
  for (const pod of ['../../secrets/right', 'a/b', '', 'A', 'x'.repeat(300)])
    t.match(await gatherFacts(client, { ...waiting, pod }), { found: 'not-checked' });
  t.equal(api.calls.length, 0);
});

t.test('a deployment is told by its replica set, and a service account’s secrets where the pod names none', async t => {
  const { client, api } = await clusterOf(t);
  const pod = {
    metadata: {
      uid: 'u',
      labels: { 'pod-template-hash': '5d4f8c7b9' },
      ownerReferences: [{ kind: 'ReplicaSet', name: 'web-5d4f8c7b9', controller: true }],
    },
    spec: { serviceAccountName: 'web', containers: [{ name: 'app', image: 'x', imagePullPolicy: 'Always' }] },
  };
  api.objects.set('pods/prod/web-5d4f8c7b9-x2k4q', pod);
  api.objects.set('serviceaccounts/prod/web', { imagePullSecrets: [{ name: 'late' }] });
  api.objects.set('secrets/prod/late', secretOf('auth.lab.test'));
  const found = await gatherFacts(client, { ...waiting, namespace: 'prod', pod: 'web-5d4f8c7b9-x2k4q' });
  t.match(found, {
    owner: { kind: 'Deployment', name: 'web' },
    pullPolicy: 'Always',
    secrets: [{ name: 'late', namedBy: 'service account', entry: 'yes' }],
  });
});

t.test('the same image elsewhere in the namespace', async t => {
  const { client, api } = await clusterOf(t);
  const running = { containerStatuses: [{ name: 'c', imageID: 'sha256:1', state: { running: {} } }] };
  api.lists.set('pods/default', [
    {
      metadata: { name: 'b' },
      spec: { nodeName: 'node-b', containers: [{ name: 'c', image: waiting.image }] },
      status: running,
    },
    {
      metadata: { name: 'c' },
      spec: { nodeName: 'node-c', containers: [{ name: 'c', image: 'other:1' }] },
      status: running,
    },
    { metadata: { name: 'd' }, spec: { nodeName: 'node-d', containers: [{ name: 'c', image: waiting.image }] } },
  ]);
  const found = await gatherFacts(client, { ...waiting, pod: 'wrong-secret' });
  t.same(found.elsewhere, { runs: 'yes', nodes: ['node-b'] });
});
