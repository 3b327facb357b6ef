import t from 'tap';
import { Herds, readAnswer } from '../../src/agent/herds.ts';
import { limits } from '../../src/model/limits.ts';

t.test('who else waits is known from the last answer, for a while', t => {
  let now = 1_000_000;
  const herds = new Herds(() => now);
  const herd = { nodes: 7, perSecond: 100, place: 3 };
  t.equal(herds.of('r.test', 0), undefined, 'before any answer');
  t.equal(herds.hear({ stored: true, resync: false, herd: { 'r.test': herd } }), true);
  t.same(herds.of('r.test', 0), herd);
  t.equal(herds.of('other.test', 0), null, 'nobody else');
  t.equal(herds.of('r.test', now), undefined, 'the answer is no younger than the failure');
  now += limits.herdUsableMs + 1;
  t.equal(herds.of('r.test', 0), undefined, 'too old');
  t.equal(herds.hear({ stored: true, resync: false }), false);
  t.equal(herds.of('r.test', 0), undefined, 'an older aggregator counts nobody');
  t.end();
});

t.test('an answer is read whole or not at all', t => {
  const answer = { stored: true, resync: false, retry: ['r.test/x:1'], policies: [] };
  t.same(readAnswer(JSON.stringify({ ...answer, newer: 1 })), answer);
  t.equal(readAnswer('no JSON'), null);
  t.equal(readAnswer('{"stored":true,"resync":false,"herd":{"r.test":{"nodes":0,"perSecond":0,"place":0}}}'), null);
  t.end();
});
