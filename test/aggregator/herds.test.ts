import t from 'tap';
import { HerdCount } from '../../src/aggregator/herds.ts';
import type { Cause } from '../../src/model/cause.ts';
import { limits } from '../../src/model/limits.ts';

const waits = (cause: Cause, registry = 'r.test', image: string | null = 'r.test/x:1') => ({ cause, registry, image });

t.test('nodes that wait on one registry each have a place of their own', t => {
  const findings = new Map([
    ['c', [waits('dns-failure'), waits('dns-failure')]],
    ['a', [waits('registry-error')]],
    ['b', [waits('rate-limited')]],
    ['never', [waits('tag-not-found')]],
    ['standing', [waits('dns-failure', 'r.test', null)]],
    ['alone', [waits('dns-failure', 'other.test')]],
  ]);
  const herds = new HerdCount(findings);
  const places = ['a', 'b', 'c'].map(uid => herds.of(uid, 0)['r.test']);
  t.same(
    places,
    [0, 1, 2].map(place => ({ nodes: 3, perSecond: limits.herdPerSecond, place })),
  );
  for (const uid of ['never', 'standing', 'alone', 'unknown']) t.same(herds.of(uid, 0), {}, uid);
  findings.delete('a');
  t.equal(herds.of('b', limits.herdCountMs - 1)['r.test']?.nodes, 3, 'counted now and then');
  t.equal(herds.of('b', limits.herdCountMs)['r.test']?.nodes, 2);
  t.end();
});
