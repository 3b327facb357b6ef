import type { Test } from 'tap';
import type { FindingQuery } from '../../../../src/aggregator/store/read-findings.ts';
import type { Store } from '../../../../src/aggregator/store/store.ts';
import { accept, sampleFinding, sampleFull, samplePod } from '../../sample.ts';
import type { OpenStore } from './open-store.ts';

const any: FindingQuery = {
  ...{ node: null, registry: null, cause: null, image: null, namespace: null, since: null, before: null },
  state: 'open',
  limit: 100,
};

/** Two nodes: `a` has 1 to 3 and closed 4, `b` has 5. */
const filled = async (store: Store): Promise<Store> => {
  const [one, two, three, four, five] = [
    sampleFinding({ id: '1', image: 'nginx', registry: 'docker.io', cause: 'rate-limited' }),
    sampleFinding({ id: '2', pods: [samplePod({ namespace: 'test' }), samplePod({ namespace: 'prod' })] }),
    sampleFinding({ id: '3', image: null, registry: null, cause: 'runtime-unavailable', pods: [] }),
    sampleFinding({ id: '4', pods: [samplePod({ namespace: 'prod-2' })] }),
    sampleFinding({ id: '5', pods: [samplePod({ namespace: 'test' })] }),
  ];
  await accept(store, sampleFull({ name: 'a', seq: 1 }, { findings: [one, two, three, four] }), 100);
  await accept(store, sampleFull({ name: 'b', seq: 1 }, { findings: [five] }), 200);
  await accept(store, sampleFull({ name: 'a', seq: 2 }, { findings: [one, { ...two, lastSeen: 9 }, three] }), 300);
  return store;
};

export const findingsContract = (t: Test, open: OpenStore): void => {
  t.test('each filter holds for what it names, and they hold together', async t => {
    const store = await filled(await open(t));
    const cases: [Partial<FindingQuery>, string][] = [
      [{}, '5 3 2 1'],
      [{ state: 'closed' }, '4'],
      [{ state: 'all' }, '5 4 3 2 1'],
      [{ node: 'a' }, '3 2 1'],
      [{ node: 'uid-of-b' }, '5'],
      [{ node: 'nobody' }, ''],
      [{ registry: 'docker.io' }, '1'],
      [{ cause: 'runtime-unavailable' }, '3'],
      [{ image: 'docker.io/library/nginx:latest' }, '1'],
      [{ image: 'nginx' }, '1'],
      [{ image: 'ngin' }, ''],
      [{ namespace: 'test' }, '5 2'],
      [{ namespace: 'prod', state: 'all' }, '2 1'],
      [{ namespace: 'pro', state: 'all' }, ''],
      [{ since: 101 }, '5 2'],
      [{ since: 100 }, '5 3 2 1'],
      [{ since: 300, state: 'closed' }, '4'],
      [{ since: 301, state: 'all' }, ''],
      [{ node: 'a', registry: 'reg.example', namespace: 'test', cause: 'dns-failure' }, '2'],
      [{ node: "' OR 1=1 --" }, ''],
    ];
    for (const [query, ids] of cases) {
      const page = await store.findings({ ...any, ...query });
      t.equal(page.items.map(item => item.id).join(' '), ids, JSON.stringify(query));
    }
  });

  t.test('pages follow one another, each finding once, also while new ones open', async t => {
    const store = await filled(await open(t));
    const first = await store.findings({ ...any, state: 'all', limit: 2 });
    t.same(
      first.items.map(item => item.id),
      ['5', '4'],
    );
    await accept(store, sampleFull({ name: 'c' }, { findings: [sampleFinding({ id: '6' })] }), 400);
    const second = await store.findings({ ...any, state: 'all', limit: 3, before: Number(first.next) });
    t.same(
      second.items.map(item => item.id),
      ['3', '2', '1'],
    );
    t.equal(second.next, null);
  });

  t.test('a finding carries its node and its life', async t => {
    const store = await filled(await open(t));
    t.match(await store.finding('2'), {
      node: 'a',
      state: 'open',
      openedAt: 100,
      changedAt: 300,
      closedAt: null,
      lastSeen: 9,
    });
    t.match(await store.finding('4'), { node: 'a', state: 'closed', openedAt: 100, closedAt: 300 });
    t.equal(await store.finding('nothing'), null);
  });

  t.test('an id that opened again means its newest life', async t => {
    const store = await filled(await open(t));
    await accept(store, sampleFull({ name: 'a', seq: 3 }, { findings: [sampleFinding({ id: '4' })] }), 500);
    t.match(await store.finding('4'), { state: 'open', openedAt: 500 });
    t.equal((await store.findings({ ...any, state: 'all' })).items.filter(item => item.id === '4').length, 2);
  });

  t.test('findings open, change, close and open again, and each life is one', async t => {
    const store = await open(t);
    const [a, b] = [sampleFinding({ id: 'a' }), sampleFinding({ id: 'b' })];
    const reported = [[a, b], [a, { ...b, lastSeen: 9999 }], [a], [a, b, b]];
    for (const [index, findings] of reported.entries())
      await accept(store, sampleFull({ seq: index + 1 }, { findings }), (index + 1) * 10);
    const { items } = await store.findings({ ...any, state: 'all', limit: 10 });
    t.same(
      items.map(item => [item.id, item.openedAt, item.changedAt, item.closedAt]),
      [
        ['b', 40, 40, null],
        ['b', 10, 30, 30],
        ['a', 10, 10, null],
      ],
    );
  });

  t.test('an image is found by every spelling, and a namespace only whole', async t => {
    const store = await open(t);
    const pods = ['prod', 'test', 'prod'].map(namespace => samplePod({ namespace }));
    await accept(store, sampleFull({}, { findings: [sampleFinding({ image: 'nginx', registry: null, pods })] }), 10);
    const found = async (filter: Partial<FindingQuery>): Promise<number> =>
      (await store.findings({ ...any, ...filter, state: 'open', limit: 10 })).items.length;
    t.equal(await found({ image: 'docker.io/library/nginx:latest' }), 1);
    t.equal(await found({ namespace: 'test' }), 1);
    for (const namespace of ['tes', 'est', '%', '_est', '']) t.equal(await found({ namespace }), 0, namespace);
  });
};
