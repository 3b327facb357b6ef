import type { Test } from 'tap';
import type { Store } from '../../../../src/aggregator/store/store.ts';
import type { ReportedCheck } from '../../../../src/model/check.ts';
import { accept, sampleFinding, sampleFull, samplePod } from '../../sample.ts';
import type { OpenStore } from './open-store.ts';

const tcp = (outcome: 'pass' | 'fail', given: Partial<ReportedCheck> = {}): ReportedCheck => ({
  ...{ id: 'tcp.connect', stage: 'tcp', outcome, code: outcome === 'fail' ? 'refused' : null, ms: 1, detail: '' },
  ...{ registry: 'reg.example', host: 'reg.example' },
  ...given,
});
const historyOf = async (store: Store, given = {}): Promise<string[]> => {
  const none = { node: 'node-1', registry: null, since: null, before: null, limit: 100 };
  const { items } = await store.checkHistory({ ...none, ...given });
  return items.map(({ host, check, outcome, code, from, until }) =>
    [host ?? '-', check, outcome, code ?? '-', from, until ?? 'now'].join(' '),
  );
};

/** Check outcomes over time, and the log of events. */
export const historyContract = (t: Test, open: OpenStore): void => {
  t.test('a check outcome is one period from its change to the next, however often it is reported', async t => {
    const store = await open(t);
    const walks: [number, ReportedCheck[]][] = [
      [100, [tcp('pass')]],
      [200, [tcp('pass', { ms: 7 })]],
      [300, [tcp('fail')]],
      [400, [tcp('fail'), tcp('pass', { host: 'mirror.example' })]],
      [500, [tcp('pass')]],
    ];
    for (const [index, [now, checks]] of walks.entries())
      await accept(store, sampleFull({ seq: index + 1 }, { checks }), now);
    const ended = [
      'reg.example tcp.connect fail refused 300 500',
      'mirror.example tcp.connect pass - 400 500',
      'reg.example tcp.connect pass - 100 300',
    ];
    const [lasting, ...past] = await historyOf(store);
    t.equal(lasting, 'reg.example tcp.connect pass - 500 now');
    t.same(past.toSorted(), ended.toSorted());
    t.equal(past[2], ended[2], 'the newest first');
    t.equal((await historyOf(store, { since: 400 })).length, 3);
    t.same(await historyOf(store, { registry: 'other.example' }), []);
    t.same(await historyOf(store, { node: 'nobody' }), []);
    const first = await store.checkHistory({ node: 'node-1', registry: null, since: null, before: null, limit: 2 });
    t.equal(first.items.length, 3, 'what lasts comes with the first page');
    t.same(await historyOf(store, { before: Number(first.next), limit: 2 }), [ended[2]]);
    await store.prune({ before: 400, maxBytes: Infinity, rows: 100 });
    t.equal((await historyOf(store)).length, 3, 'what ended before the retention is gone');
  });

  t.test('findings leave events in order, once each, and none for more of the same', async t => {
    const store = await open(t);
    t.equal(await store.lastEvent(), 0);
    const [a, b] = [sampleFinding({ id: 'a' }), sampleFinding({ id: 'b' })];
    const more = { ...a, lastSeen: 9999, pods: [samplePod({ attempts: 99 })] };
    const other = { ...a, pods: [samplePod(), samplePod({ pod: 'api-2' })] };
    const reported = [[a, b], [more, b], [other, b], [other]];
    for (const [index, findings] of reported.entries())
      await accept(store, sampleFull({ seq: index + 1 }, { findings }), 10);
    await accept(store, sampleFull({ seq: 4 }, { findings: [] }), 10);
    const { events, missed } = await store.eventsAfter(0, 100);
    const told = events.map(({ kind, body }) => `${kind} ${(body as { id: string }).id}`);
    t.same(told.slice(0, 2).toSorted(), ['finding.opened a', 'finding.opened b']);
    t.same(told.slice(2), ['finding.changed a', 'finding.closed b']);
    t.equal(missed, false);
    t.match(events[3]?.body, {
      id: 'b',
      node: 'node-1',
      nodeUid: 'uid-of-node-1',
      registry: 'reg.example',
      closedAt: 10,
    });
    t.equal(await store.lastEvent(), events[3]?.id);
    const ids = events.map(({ id }) => id);
    t.same(
      ids,
      ids.toSorted((x, y) => x - y),
    );
    const rest = await store.eventsAfter(ids[1] ?? 0, 1);
    t.same(
      rest.events.map(({ id }) => id),
      [ids[2]],
      'and one resumes after any of them',
    );
  });

  t.test('who comes back after the log was cut hears that it missed some', async t => {
    const store = await open(t);
    for (const seq of [1, 2, 3])
      await accept(store, sampleFull({ seq }, { findings: [sampleFinding({ id: `f-${seq}` })] }), seq * 100);
    const { events } = await store.eventsAfter(0, 100);
    const [first] = events;
    t.equal((await store.prune({ before: 250, maxBytes: Infinity, rows: 100 })).events > 0, true);
    t.equal((await store.eventsAfter(first?.id ?? 0, 100)).missed, true);
    const left = await store.eventsAfter(events.at(-1)?.id ?? 0, 100);
    t.same(left, { events: [], missed: false });
  });
};
