import t from 'tap';
import { listedRetries, retryItems } from '../../src/aggregator/retry-list.ts';
import { limits } from '../../src/model/limits.ts';
import type { RetryRecord } from '../../src/model/report.ts';
import { ClusterView } from '../../src/scope/cluster-view.ts';

const record = (at: number, given: Partial<RetryRecord> = {}): RetryRecord => ({
  ...{ image: 'nginx', at, ms: 1, outcome: 'pulled', cause: null, message: null },
  ...given,
});

t.test('of a node the newest are listed, with the beginning of an error’s text', t => {
  const records = Array.from({ length: limits.listedRetries + 5 }, (_, at) =>
    record(at, { message: 'x'.repeat(4096) }),
  );
  const listed = listedRetries(records);
  t.equal(listed.length, limits.listedRetries);
  t.equal(listed[0]?.at, limits.listedRetries + 4);
  t.equal(listed[0]?.message?.length, limits.listedRetryChars);
  t.end();
});

t.test('all nodes’ pulls are one list, the newest first, of one node or one image where that is asked', t => {
  const view = new ClusterView(90_000);
  for (const uid of ['a', 'b']) view.set({ uid, name: `node-${uid}`, facts: [], traits: new Map(), pulled: [] }, 1);
  const retries = new Map([
    ['a', [record(30), record(10, { image: 'reg.example/x:1' })]],
    ['b', [record(20)]],
    ['gone', [record(40)]],
  ]);
  const listed = (only: { uid?: string; image?: string } = {}): unknown[] =>
    retryItems({ view, retries }, { uid: null, image: null, ...only }).map(({ node, at }) => [node, at]);
  t.same(listed(), [
    ['node-a', 30],
    ['node-b', 20],
    ['node-a', 10],
  ]);
  t.same(listed({ uid: 'b' }), [['node-b', 20]]);
  t.same(listed({ uid: 'c' }), []);
  t.same(listed({ image: 'docker.io/library/nginx:latest' }), [
    ['node-a', 30],
    ['node-b', 20],
  ]);
  t.end();
});
