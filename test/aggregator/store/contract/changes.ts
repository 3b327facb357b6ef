import type { Test } from 'tap';
import type { NodeFacts } from '../../../../src/aggregator/store/records.ts';
import type { Store } from '../../../../src/aggregator/store/store.ts';
import type { FullReport } from '../../../../src/model/report.ts';
import { sinceByName } from '../../../../src/scope/trait-times.ts';
import { accept, sampleDigest, sampleFinding, sampleFull, sampleHeartbeat } from '../../sample.ts';
import type { OpenStore } from './open-store.ts';

/** Follows the changes as who judges does: page after page, from the highest revision seen. */
const follower = (store: Store, limit: number): (() => Promise<NodeFacts[]>) => {
  let revision = 0;
  return async () => {
    const all: NodeFacts[] = [];
    for (;;) {
      const page = await store.changedSince(revision, limit);
      if (page.length === 0) return all;
      for (const facts of page) {
        if (facts.revision <= revision) throw new Error(`revision ${facts.revision} after ${revision}`);
        ({ revision } = facts);
      }
      all.push(...page);
    }
  };
};

const namesOf = (facts: NodeFacts[]): string[] => facts.map(({ uid, gone }) => (gone ? `${uid} gone` : uid));
const noOrder = { maxBytes: Infinity, rows: 100 };

/** What changed, for who judges the whole cluster. */
export const changesContract = (t: Test, open: OpenStore): void => {
  t.test('every node that changed comes, each once, as it is now, in pages of any size', async t => {
    for (const limit of [1, 3, 100]) {
      const store = await open(t);
      const next = follower(store, limit);
      for (const name of ['a', 'b', 'c', 'd']) await accept(store, sampleFull({ name, uid: name }), 100);
      t.same(namesOf(await next()), ['a', 'b', 'c', 'd']);
      t.same(await next(), []);
      await accept(store, sampleFull({ name: 'b', uid: 'b', seq: 2 }), 200);
      await accept(store, sampleFull({ name: 'a', uid: 'a', seq: 2 }), 200);
      await accept(store, sampleFull({ name: 'b', uid: 'b', seq: 3 }, { findings: [sampleFinding()] }), 300);
      const changed = await next();
      t.same(namesOf(changed), ['a', 'b']);
      t.match(changed[1], { current: true, lastSeen: 300, told: { findings: [{ id: 'f-1' }] } });
      t.match(changed[1]?.told?.facts, [{ failure: { findings: ['f-1'], since: 300 } }]);
    }
  });

  t.test('all that a full report said is kept, and what it says to who compares nodes', async t => {
    const store = await open(t);
    const state = {
      kubelet: { version: 'v1.36.2' },
      fingerprint: { 'hosts.toml:reg.example': 'a'.repeat(64) },
      traits: { zone: 'a', odd: 'nul \0 and "quotes" \\ and ü' },
      host: { os: 'Debian', kernel: '6', arch: 'x64', machine: 'm', processor: 'p', cpus: 2, memoryBytes: 3 },
    };
    const full = sampleFull({}, state);
    await accept(store, full, 100);
    const { runtime, checks, pulls, retries } = full;
    const said = { runtime, checks, pulls, retries, ...state };
    t.match(await store.node('node-1', { now: 100, staleAfterMs: 1000 }), said);
    const newer = sampleFull({ name: 'packed' }, { ...state, newer: 'left out' } as Partial<FullReport>);
    await store.accept(sampleDigest(newer, 100, true));
    const packed = await store.node('packed', { now: 100, staleAfterMs: 1000 });
    t.match(packed, said);
    t.notOk(packed && 'newer' in packed);
    for (const { told } of await store.changedSince(0, 10))
      t.match(Object.fromEntries(told?.traits ?? []), {
        ...{ 'hosts.toml:reg.example': 'a'.repeat(64), ...state.traits, kubelet: 'v1.36.2', os: 'Debian' },
      });
  });

  t.test('when a setting became what it is is kept from report to report, and for good', async t => {
    const store = await open(t);
    const [minute, hour] = [60_000, 3_600_000];
    const say = (seq: number, fingerprint: Record<string, string>, boot = 'boot-1'): FullReport =>
      sampleFull({ seq, boot }, { fingerprint });
    const sinceOf = async (): Promise<Record<string, number>> => {
      const [{ told } = { told: null }] = await store.changedSince(0, 10);
      return told === null ? {} : Object.fromEntries(sinceByName(told.times));
    };
    await accept(store, say(1, {}), minute);
    await accept(store, say(2, { a: '1', b: '1' }), minute + 5000);
    t.same(await sinceOf(), {}, 'the node is being read');
    await accept(store, say(5, { a: '2', b: '1' }), hour);
    t.same(await sinceOf(), { a: hour });
    await accept(store, say(6, { a: '2' }), 2 * hour);
    t.same(await sinceOf(), { a: hour, b: 2 * hour });
    await accept(store, say(4, { a: '3' }), 3 * hour);
    t.same(await sinceOf(), { a: hour, b: 2 * hour }, 'a late report tells nothing');
    await accept(store, say(1, {}, 'boot-2'), 4 * hour);
    await accept(store, say(2, { a: '2' }, 'boot-2'), 4 * hour + 5000);
    t.same(await sinceOf(), { a: hour, b: 2 * hour }, 'a reboot is no change');
    await Promise.all([
      accept(store, say(3, { a: '5' }, 'boot-2'), 5 * hour),
      accept(store, say(4, { a: '5', c: '1' }, 'boot-2'), 5 * hour + 1),
    ]);
    t.same(await sinceOf(), { a: 5 * hour, b: 2 * hour, c: 5 * hour + 1 }, 'also of two in one transaction');
    await accept(store, sampleFull({ uid: 'another' }, { fingerprint: { a: '9' } }), 6 * hour);
    const [another] = (await store.changedSince(0, 10)).filter(({ gone }) => !gone);
    t.match(another, { uid: 'another', told: { times: { since: new Map() } } }, 'another machine inherits nothing');
  });

  t.test(
    'images that were pulled are kept, an older agent’s none, and what is wrong with time makes nothing newer',
    async t => {
      const store = await open(t);
      const pulled = [
        { image: 'docker.io/library/nginx:latest', at: 900 },
        { image: 'odd \0"\\ name', at: 800 },
      ];
      await accept(store, sampleFull({ name: 'a', uid: 'a' }, { pulled }), 5000);
      await accept(store, sampleFull({ name: 'b', uid: 'b' }), 5000);
      const told = (await store.changedSince(0, 10)).map(one => one.told?.pulled);
      t.same(told, [
        [
          { image: 'docker.io/library/nginx:latest', at: 900 },
          { image: 'odd \0"\\ name', at: 800 },
        ],
        [],
      ]);
    },
  );

  t.test('a heartbeat is no change, but one that speaks of what is not held is', async t => {
    const store = await open(t);
    const next = follower(store, 10);
    await accept(store, sampleFull(), 100);
    await next();
    await accept(store, sampleHeartbeat({ seq: 2 }, 1), 200);
    await accept(store, sampleFull(), 250);
    t.same(await next(), []);
    await accept(store, sampleHeartbeat({ seq: 4 }, 3), 300);
    t.match(await next(), [{ uid: 'uid-of-node-1', current: false, gone: false }]);
    await accept(store, sampleHeartbeat({ seq: 5, boot: 'boot-2' }, 3), 400);
    t.match(await next(), [{ current: false }]);
  });

  t.test('a node that is removed or replaced comes as gone, with nothing', async t => {
    const store = await open(t);
    const next = follower(store, 1);
    const findings = [sampleFinding()];
    await accept(store, sampleFull({ name: 'n', uid: 'old' }, { findings }), 100);
    await accept(store, sampleFull({ name: 'away', uid: 'away' }, { findings }), 100);
    await next();
    await accept(store, sampleFull({ name: 'n', uid: 'new' }), 500);
    const replaced = await next();
    t.same(namesOf(replaced).sort(), ['new', 'old gone']);
    t.match(
      replaced.find(({ gone }) => gone),
      { told: null, current: false },
    );
    await store.prune({ ...noOrder, before: 400 });
    t.same(namesOf(await next()).sort(), ['away gone', 'old gone']);
    t.same(namesOf(await follower(store, 100)()).sort(), ['away gone', 'new', 'old gone'], 'also for who comes anew');
  });

  t.test('silent nodes are those not heard since', async t => {
    const store = await open(t);
    await accept(store, sampleFull({ name: 'a', uid: 'a' }), 100);
    await accept(store, sampleFull({ name: 'b', uid: 'b' }), 200);
    t.same(await store.silentSince(100), []);
    t.same(await store.silentSince(101), ['a']);
    await accept(store, sampleHeartbeat({ name: 'a', uid: 'a', seq: 2 }, 1), 300);
    t.same(await store.silentSince(201), ['b']);
  });

  t.test('who watches is told of changes, and not after it stops', async t => {
    const store = await open(t);
    let told = 0;
    const stop = store.watch(() => (told += 1));
    await accept(store, sampleFull(), 100);
    while (told === 0) await new Promise(resolve => setTimeout(resolve, 5));
    stop();
    const before = told;
    await accept(store, sampleFull({ seq: 2 }, { findings: [sampleFinding()] }), 200);
    t.equal(told, before);
  });
};
