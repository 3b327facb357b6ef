import type { Test } from 'tap';
import type { IncidentQuery, Leader } from '../../../../src/aggregator/store/records.ts';
import type { Store } from '../../../../src/aggregator/store/store.ts';
import type { Incident } from '../../../../src/model/incident.ts';
import type { OpenStore } from './open-store.ts';

const incident = (given: Partial<Incident>): Incident => ({
  ...{ id: 'i-1', key: 'registry reg.example', state: 'opened', since: 1, openedAt: 10, changedAt: 10, closedAt: null },
  ...{ mergedInto: null, severity: 'error', cause: 'dns-failure', also: [], stage: 'dns', owner: 'network' },
  ...{ retry: 'heals', registry: 'reg.example', host: 'reg.example', image: null, registries: ['reg.example'] },
  scope: {
    ...{ kind: 'registry', nodes: { count: 2, names: ['a', 'b'] }, shared: [], why: 'all that tried fail' },
    evidence: { tried: 2, failed: 2, passed: 0, notTested: 0, stale: 0, flapping: 0 },
  },
  ...{ peak: 2, pods: { count: 0, some: [] }, title: 'reg.example does not resolve', fix: [], findings: [] },
  ...given,
});

const any: IncidentQuery = {
  ...{ state: 'all', cause: null, registry: null, image: null, since: null, before: null, limit: 100 },
};

/** Leads for as long as one step takes. */
const leading = async (store: Store, step: (leader: Leader) => Promise<void>): Promise<void> => {
  const ended = new AbortController();
  await store.lead(ended.signal, async leader => {
    await step(leader);
    ended.abort();
  });
};

/** Incidents, which only who leads may write. */
export const incidentsContract = (t: Test, open: OpenStore): void => {
  t.test('an incident is one from opened to closed, with an event for each step', async t => {
    const store = await open(t);
    const closed = incident({ state: 'closed', changedAt: 30, closedAt: 30 });
    await leading(store, async leader => {
      await leader.saveIncidents([incident({})], 10);
      await leader.saveIncidents([incident({ state: 'growing', changedAt: 20, peak: 5 })], 20);
      await leader.saveIncidents([], 25);
      t.match(await store.incident('i-1'), { state: 'growing', peak: 5 });
      await leader.saveIncidents([closed], 30);
      await leader.saveIncidents([incident({ changedAt: 40 })], 40);
    });
    t.same(await store.incident('i-1'), incident({ changedAt: 40 }));
    t.equal(await store.incident('i-2'), null);
    t.equal((await store.incidents(any)).items.length, 1);
    const { events } = await store.eventsAfter(0, 100);
    const kinds = ['opened', 'changed', 'closed', 'opened'].map(kind => `incident.${kind}`);
    t.same(
      events.map(({ kind }) => kind),
      kinds,
    );
    t.same(events[2]?.body, closed);
  });

  t.test('incidents are listed newest first, page after page, by what they are about', async t => {
    const store = await open(t);
    await leading(store, async leader => {
      await leader.saveIncidents(
        [
          incident({ id: '1', changedAt: 10 }),
          incident({ id: '2', cause: 'disk-full', registry: null, changedAt: 20 }),
          incident({ id: '3', image: 'nginx', registry: 'docker.io', changedAt: 30 }),
          incident({ id: '4', closedAt: 40, changedAt: 40 }),
        ],
        50,
      );
    });
    const cases: [Partial<IncidentQuery>, string][] = [
      [{}, '4 3 2 1'],
      [{ state: 'open' }, '3 2 1'],
      [{ state: 'closed' }, '4'],
      [{ cause: 'disk-full' }, '2'],
      [{ registry: 'docker.io' }, '3'],
      [{ image: 'docker.io/library/nginx:latest' }, '3'],
      [{ since: 20, state: 'open' }, '3 2'],
      [{ registry: 'no\0where' }, ''],
    ];
    for (const [query, ids] of cases) {
      const { items } = await store.incidents({ ...any, ...query });
      t.equal(items.map(({ id }) => id).join(' '), ids, JSON.stringify(query));
    }
    const first = await store.incidents({ ...any, limit: 3 });
    const second = await store.incidents({ ...any, limit: 3, before: Number(first.next) });
    t.same([...first.items, ...second.items].map(({ id }) => id).join(' '), '4 3 2 1');
    t.equal(second.next, null);
  });

  t.test('newer evidence alone is stored and is no event, and who holds incidents learns of it', async t => {
    const store = await open(t);
    const versions: number[] = [await store.incidentsVersion()];
    const fresher = incident({ scope: { ...incident({}).scope, why: 'newer' } });
    await leading(store, async leader => {
      for (const one of [incident({}), fresher, incident({ changedAt: 30 })]) {
        await leader.saveIncidents([one], 50);
        versions.push(await store.incidentsVersion());
        if (one === fresher) t.match(await store.incident('i-1'), { scope: { why: 'newer' } });
      }
    });
    t.same(
      versions,
      [...new Set(versions)].toSorted((one, other) => one - other),
      'it grew each time',
    );
    const { events } = await store.eventsAfter(0, 100);
    t.same(
      events.map(({ kind }) => kind),
      ['incident.opened', 'incident.changed'],
    );
  });

  t.test('closed incidents go with the retention, open ones never', async t => {
    const store = await open(t);
    await leading(store, leader =>
      leader.saveIncidents([incident({ id: 'open' }), incident({ id: 'closed', closedAt: 20 })], 20),
    );
    await store.prune({ before: 21, maxBytes: 0, rows: 100 });
    await store.prune({ before: 21, maxBytes: 0, rows: 100 });
    t.same((await store.incidents(any)).items.map(({ id }) => id).join(' '), 'open');
  });

  t.test('work ends with its signal, and its own fault is not swallowed', async t => {
    const store = await open(t);
    await t.rejects(
      store.lead(new AbortController().signal, () => Promise.reject(new Error('a fault of the work'))),
      { message: 'a fault of the work' },
    );
    let ran = 0;
    await store.lead(AbortSignal.abort(), () => Promise.resolve(void (ran += 1)));
    t.equal(ran, 0);
  });
};
