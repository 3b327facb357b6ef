import t from 'tap';
import { ListedLabels } from '../../../src/aggregator/kubernetes/node-labels.ts';
import { limits } from '../../../src/model/limits.ts';
import { until } from '../../house/until.ts';
import { silentLog } from '../sample.ts';
import { connectFake } from './fake-api.ts';

const node = (name: string, labels: Record<string, string>) => ({ metadata: { name, labels } });

const accountThat = (...verbs: string[]) => ({ callers: new Map([['aggregator-account', new Set(verbs)]]) });

t.test('labels of all nodes come page by page', async t => {
  const { api, client } = await connectFake(t, accountThat('list nodes'));
  const count = 2 * limits.nodeLabelPage + 1;
  api.lists.set(
    'nodes',
    Array.from({ length: count }, (_value, index) => node(`node-${index}`, { zone: String(index % 3) })),
  );
  const labels = new ListedLabels(client, silentLog);
  const ended = new AbortController();
  const running = labels.run(ended.signal);
  await until('labels', () => labels.version > 0);
  t.same(labels.of('node-0'), { zone: '0' });
  t.same(labels.of(`node-${count - 1}`), { zone: String((count - 1) % 3) });
  t.equal(labels.of('node-x'), undefined);
  t.equal(api.calls.length, 3);
  ended.abort();
  await running;
  const again = new AbortController();
  const rerun = labels.run(again.signal);
  await until('three pages more', () => api.calls.length === 6);
  again.abort();
  await rerun;
  t.equal(labels.version, 1, 'the same list is no change');
});

t.test('an account without the right is complained of, and nothing is known', async t => {
  const { client } = await connectFake(t, accountThat());
  const said: unknown[] = [];
  const labels = new ListedLabels(client, { ...silentLog, warn: (facts: unknown) => said.push(facts) });
  const ended = new AbortController();
  const running = labels.run(ended.signal);
  await until('the complaint', () => said.length > 0);
  t.match(said, [{ why: /403/ }]);
  t.equal(labels.version, 0);
  ended.abort();
  await running;
});
