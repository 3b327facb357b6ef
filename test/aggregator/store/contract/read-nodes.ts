import type { Test } from 'tap';
import { accept, sampleFinding, sampleFull, sampleHeartbeat } from '../../sample.ts';
import type { OpenStore } from './open-store.ts';

const at = { now: 1_000_000, staleAfterMs: 120_000 };

export const nodesContract = (t: Test, open: OpenStore): void => {
  t.test('nodes are listed by name, page after page, each once', async t => {
    const store = await open(t);
    for (const name of ['c', 'a', 'e', 'b', 'd']) await accept(store, sampleFull({ name }), at.now);
    const first = await store.nodes({ status: null, after: null, limit: 2 }, at);
    t.same([first.items.map(node => node.name), first.next], [['a', 'b'], 'b']);
    const second = await store.nodes({ status: null, after: 'b', limit: 3 }, at);
    t.same([second.items.map(node => node.name), second.next], [['c', 'd', 'e'], null]);
    t.same(await store.nodes({ status: null, after: 'e', limit: 3 }, at), { items: [], next: null });
  });

  t.test('a status is judged as it is asked, and filters before pages are made', async t => {
    const store = await open(t);
    await accept(store, sampleFull({ name: 'a-stale' }, { findings: [sampleFinding()] }), at.now - 120_001);
    await accept(store, sampleFull({ name: 'b-ok' }), at.now);
    await accept(store, sampleFull({ name: 'c-failing' }, { findings: [sampleFinding()] }), at.now);
    await accept(store, sampleHeartbeat({ name: 'd-unknown', seq: 3 }, 2), at.now);
    await accept(
      store,
      sampleFull({ name: 'e-degraded' }, { findings: [sampleFinding({ severity: 'warning' })] }),
      at.now,
    );
    const all = await store.nodes({ status: null, after: null, limit: 10 }, at);
    for (const { name, status } of all.items) t.equal(name.slice(2), status);
    for (const status of ['stale', 'ok', 'failing', 'unknown', 'degraded'] as const) {
      const page = await store.nodes({ status, after: null, limit: 1 }, at);
      t.same([page.items.map(node => node.name.slice(2)), page.next], [[status], null]);
    }
    t.same([...(await store.statusCounts(at))].sort(), [
      ['degraded', 1],
      ['failing', 1],
      ['ok', 1],
      ['stale', 1],
      ['unknown', 1],
    ]);
    const later = await store.nodes({ status: 'stale', after: null, limit: 10 }, { ...at, now: at.now + 120_001 });
    t.equal(later.items.length, 5);
  });

  t.test('a heartbeat keeps a node from getting stale', async t => {
    const store = await open(t);
    await accept(store, sampleFull(), at.now - 500_000);
    t.match(await store.node('node-1', at), { status: 'stale' });
    await accept(store, sampleHeartbeat({ seq: 2 }, 1), at.now - 1000);
    t.match(await store.node('node-1', at), { status: 'ok', lastSeen: at.now - 1000, reportedAt: at.now - 500_000 });
  });

  t.test('a node is found by uid and by name, with all its newest report said', async t => {
    const store = await open(t);
    const pull = {
      ...{ image: 'a', namespace: 'n', pod: 'p', podUid: null, container: 'c', reason: 'ErrImagePull' },
      ...{ textCause: 'other' as const, message: 'm', attempts: 1, firstSeen: 1, lastSeen: 2, nextAttemptAt: 3 },
    };
    const retry = { image: 'a', at: 1, ms: 2, outcome: 'pulled' as const, cause: null, message: null };
    const full = sampleFull({ uid: 'u' }, { findings: [sampleFinding()], pulls: [pull], retries: [retry] });
    await accept(store, full, at.now);
    for (const key of ['u', 'node-1']) {
      const node = await store.node(key, at);
      t.match(node, {
        uid: 'u',
        runtime: full.runtime,
        checks: full.checks,
        pulls: [pull],
        retries: [retry],
        waiting: 1,
      });
      t.match(node?.findings, [{ ...sampleFinding(), node: 'node-1', nodeUid: 'u', state: 'open', openedAt: at.now }]);
    }
    t.equal(await store.node('nobody', at), null);
  });
};
