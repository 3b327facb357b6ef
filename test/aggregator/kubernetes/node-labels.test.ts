import t from 'tap';
import { openKubernetesApi } from '../../../src/aggregator/kubernetes/api.ts';
import { ListedLabels } from '../../../src/aggregator/kubernetes/node-labels.ts';
import { limits } from '../../../src/model/limits.ts';
import { silentLog } from '../sample.ts';
import { startFakeApi } from './fake-api.ts';

const node = (name: string, labels: Record<string, string>) => ({ metadata: { name, labels } });
const until = async (holds: () => boolean): Promise<void> => {
  while (!holds()) await new Promise(resolve => setTimeout(resolve, 10));
};

const clusterOf = async (t: { teardown: (run: () => unknown) => void }, verbs: string[]) => {
  const api = await startFakeApi({ callers: new Map([['aggregator-account', new Set(verbs)]]) });
  const client = openKubernetesApi(
    () => Promise.resolve({ server: api.url, ca: null, token: 'aggregator-account', pair: null }),
    Date.now,
  );
  t.teardown(async () => {
    await client.close();
    await api.stop();
  });
  return { api, client };
};

t.test('labels of all nodes come page by page', async t => {
  const { api, client } = await clusterOf(t, ['list nodes']);
  const count = 2 * limits.nodeLabelPage + 1;
  api.lists.set(
    'nodes',
    Array.from({ length: count }, (_value, index) => node(`node-${index}`, { zone: String(index % 3) })),
  );
  const labels = new ListedLabels(client, silentLog);
  const ended = new AbortController();
  const running = labels.run(ended.signal);
  await until(() => labels.version > 0);
  t.same(labels.of('node-0'), { zone: '0' });
  t.same(labels.of(`node-${count - 1}`), { zone: String((count - 1) % 3) });
  t.equal(labels.of('node-x'), undefined);
  t.equal(api.calls.length, 3);
  ended.abort();
  await running;
  const again = new AbortController();
  const rerun = labels.run(again.signal);
  await until(() => api.calls.length === 6);
  again.abort();
  await rerun;
  t.equal(labels.version, 1, 'the same list is no change');
});

t.test('an account without the right is complained of, and nothing is known', async t => {
  const { client } = await clusterOf(t, []);
  const said: unknown[] = [];
  const labels = new ListedLabels(client, { ...silentLog, warn: (facts: unknown) => said.push(facts) });
  const ended = new AbortController();
  const running = labels.run(ended.signal);
  await until(() => said.length > 0);
  t.match(said, [{ why: /403/ }]);
  t.equal(labels.version, 0);
  ended.abort();
  await running;
});
