import t from 'tap';
import { Herds } from '../../src/agent/herds.ts';
import { limits } from '../../src/model/limits.ts';

t.test('who else waits is known from the last answer, for a while', t => {
  let now = 1_000_000;
  const herds = new Herds(() => now);
  const herd = { nodes: 7, perSecond: 100, place: 3 };
  t.equal(herds.of('r.test', 0), undefined, 'before any answer');
  t.same(herds.hear(JSON.stringify({ stored: true, resync: false, herd: { 'r.test': herd }, retry: ['r.test/x:1'] })), {
    heard: true,
    retry: ['r.test/x:1'],
  });
  t.same(herds.of('r.test', 0), herd);
  t.equal(herds.of('other.test', 0), null, 'nobody else');
  t.equal(herds.of('r.test', now), undefined, 'the answer is no younger than the failure');
  now += limits.herdUsableMs + 1;
  t.equal(herds.of('r.test', 0), undefined, 'too old');
  t.same(herds.hear('{"stored":true,"resync":false}'), { heard: false, retry: [] });
  t.equal(herds.of('r.test', 0), undefined, 'an older aggregator counts nobody');
  t.same(herds.hear('no JSON'), { heard: false, retry: [] });
  t.same(
    herds.hear('{"stored":true,"resync":false,"herd":{"r.test":{"nodes":0,"perSecond":0,"place":0}}}').heard,
    false,
  );
  t.end();
});
