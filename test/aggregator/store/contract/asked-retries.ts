import type { Test } from 'tap';
import { limits } from '../../../../src/model/limits.ts';
import { accept, sampleFull, sampleHeartbeat } from '../../sample.ts';
import type { OpenStore } from './open-store.ts';

const uidOf = (name: string): string => `uid-of-${name}`;
const image = 'reg.example/team/api:1';

/** Pulls that people ask nodes for: told with one report, bounded, forgotten after some minutes. */
export const askedRetriesContract = (t: Test, open: OpenStore): void => {
  t.test(
    'a node that is asked for a pull hears of it with one report, and again only where that one is repeated',
    async t => {
      const store = await open(t);
      const heard = async (name: string, seq: number, boot = 'boot-1'): Promise<string[]> =>
        (await accept(store, sampleFull({ name, seq, boot }), 100 + seq)).retry ?? [];
      for (const name of ['a', 'b', 'c']) t.same(await heard(name, 1), []);
      t.ok(await store.askRetry(image, [uidOf('a'), uidOf('b'), uidOf('nobody')], 100));
      t.same(await heard('a', 2), [image]);
      t.same(await heard('a', 2), [image], 'the answer was lost on its way');
      t.same(await heard('c', 2), [], 'another node');
      t.same(await heard('a', 3), []);
      t.same(await heard('a', 2), [], 'it had the answer: it sent a later one');
      t.same((await accept(store, sampleHeartbeat({ name: 'b', seq: 2 }, 1), 110)).retry, [image], 'with a heartbeat');
      t.ok(await store.askRetry(image, [uidOf('b')], 110));
      t.same(await heard('b', 3), [image], 'asked again, told again');
      t.ok(await store.askRetry(image, [uidOf('b')], 110));
      t.same(await heard('b', 1, 'boot-2'), [image], 'the node was restarted meanwhile');
      t.same(await heard('b', 2, 'boot-2'), []);
    },
  );

  t.test('reports of one transaction: each node hears of its own, once', async t => {
    const store = await open(t);
    const names = Array.from({ length: 40 }, (_, index) => `n-${index}`);
    for (const name of names) await accept(store, sampleFull({ name, seq: 1 }), 100);
    await store.askRetry(image, names.slice(0, 20).map(uidOf), 100);
    const told = await Promise.all(
      [2, 3].flatMap(seq =>
        names.map(async name => [name, await accept(store, sampleFull({ name, seq }), 200)] as const),
      ),
    );
    const heard = told.flatMap(([name, { retry = [] }]) => retry.map(one => `${name} ${one}`));
    t.same(
      heard.sort(),
      names
        .slice(0, 20)
        .map(name => `${name} ${image}`)
        .sort(),
    );
  });

  t.test('so many images in one answer, the others in the next; forgotten after some minutes', async t => {
    const store = await open(t);
    await accept(store, sampleFull({ seq: 1 }), 100);
    const images = Array.from({ length: limits.askedRetriesAtOnce + 5 }, (_, index) => `reg.example/x:${index}`);
    for (const [index, one] of images.entries()) t.ok(await store.askRetry(one, [uidOf('node-1')], 100 + index));
    const first = (await accept(store, sampleFull({ seq: 2 }), 200)).retry ?? [];
    t.equal(first.length, limits.askedRetriesAtOnce);
    const second = (await accept(store, sampleFull({ seq: 3 }), 300)).retry ?? [];
    t.same([...first, ...second].sort(), images.sort());
    await store.askRetry(image, [uidOf('node-1')], 1000);
    t.equal((await accept(store, sampleFull({ seq: 4 }), 1000 + limits.askedRetryMs)).retry, undefined, 'too late');
  });

  t.test('no more wait than the limit allows, and what is forgotten makes room', async t => {
    const store = await open(t);
    await accept(store, sampleFull({ seq: 1 }), 100);
    const many = Array.from({ length: limits.askedRetries }, (_, index) => `uid-${index}`);
    t.ok(await store.askRetry(image, [uidOf('node-1')], 100));
    t.notOk(await store.askRetry('reg.example/other:1', many, 100));
    t.same((await accept(store, sampleFull({ seq: 2 }), 200)).retry, [image], 'what waited still waits');
    t.ok(await store.askRetry('reg.example/other:1', many, 100 + limits.askedRetryMs));
  });
};
