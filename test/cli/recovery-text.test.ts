import t from 'tap';
import { recoveryTexts, retryLines, retryText } from '../../src/cli/recovery-text.ts';
import type { RetryItem } from '../../src/wire/retry-schema.ts';
import { sampleItem } from './sample-item.ts';
import { plainPage } from './plain-page.ts';

const item = (given: Partial<RetryItem> = {}): RetryItem => ({
  ...{ node: 'node-1', nodeUid: 'uid-1', image: 'reg.example/team/api:1', at: 100_000, ms: 2_000 },
  ...{ outcome: 'pulled', cause: null, message: null },
  ...given,
});
const now = 160_000;

t.test('what came of a pull is told: when it healed, was pulled and ran, and what was gained', t => {
  const watched = { check: 'tcp.connect', host: 'reg.example', times: 9, since: 0 };
  const told = retryText(item({ watched, healedAt: 99_000, ranAt: 110_000, savedMs: 60_000 }), now);
  t.equal(
    told,
    'pullpath tried it 1m ago: pulled in 2s, tcp.connect had passed 1s before, the pod ran 10s after, 1m before the kubelet’s next attempt',
  );
  t.equal(
    retryText(item({ outcome: 'failed', cause: 'dns-failure' }), now),
    'pullpath tried it 1m ago: failed, dns-failure',
  );
  t.equal(retryText(item({ outcome: 'unavailable' }), now), 'pullpath tried it 1m ago: the runtime did not answer');
  t.equal(
    retryText(item({ outcome: 'failed', rule: 'policy-always', message: 'not pulled: x', byHand: true }), now),
    'asked for by hand 1m ago: not pulled: x (policy-always)',
  );
  t.end();
});

t.test('what agents do about many findings is one line for each thing they do', t => {
  const on = (node: string, recovery?: Parameters<typeof recoveryTexts>[0][number]['recovery']) =>
    sampleItem({ node, nodeUid: `uid-${node}`, ...(recovery ? { recovery } : {}) });
  const watching = { state: 'watching', says: 'asks tcp.connect at reg.example until it passes' } as const;
  const pulledAt = (time: string) => ({ state: 'pulled', says: `pulled at ${time} UTC` }) as const;
  t.same(
    recoveryTexts([
      on('a', { state: 'refused', code: 'cause-never', says: 'not pulled: trying again cannot help' }),
      ...['b', 'c', 'c'].map(name => on(name, watching)),
      on('d', { state: 'watching', says: 'walks the path' }),
      ...['e', 'f'].map((name, at) => on(name, pulledAt(`10:00:0${at}`))),
      on('g'),
    ]),
    [
      'pullpath pulled on 2 nodes: pulled at 10:00:00 UTC',
      'pullpath watches on 2 nodes: asks tcp.connect at reg.example until it passes',
      'pullpath watches on 1 node: walks the path',
      'pullpath does not pull on 1 node: not pulled: trying again cannot help (cause-never)',
    ],
  );
  t.same(recoveryTexts([]), []);
  t.end();
});

t.test('pulls of many nodes are told newest first, a few of them, with the sum of what was gained', t => {
  const many = Array.from({ length: 8 }, (_, at) => item({ node: `node-${at}`, savedMs: 30_000 }));
  const lines = retryLines(many, { ...plainPage, now, wide: false, image: 'reg.example/team/api:1' });
  t.match(lines[0], /^pullpath {2}node-0: pullpath tried it 1m ago: pulled in 2s, 30s before/);
  t.match(lines.at(-1), /3 more; 4m gained on the kubelet’s own attempts by 8 pulls/);
  t.equal(lines.filter(line => line.includes('node-')).length, 5);
  t.equal(retryLines(many, { ...plainPage, now, wide: true }).filter(line => line.includes('node-')).length, 8);
  t.match(retryLines(many, { ...plainPage, now, wide: true })[0], 'node-0 reg.example/team/api:1: ');
  for (const line of lines) t.ok(line.length <= plainPage.width, line);
  t.same(retryLines([], { ...plainPage, now, wide: false }), []);
  t.end();
});
