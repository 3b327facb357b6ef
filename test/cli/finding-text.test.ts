import t from 'tap';
import { findingLines } from '../../src/cli/finding-text.ts';
import { pageWidth, painter } from '../../src/cli/output.ts';
import { samplePod } from '../aggregator/sample.ts';
import { sampleItem } from './sample-item.ts';

const view = { now: 801_000, wide: false, paint: painter(false), retries: [] };
const textOf = (...args: Parameters<typeof findingLines>): string => findingLines(...args).join('\n');

t.test('a finding tells what, since when, who waits, the error and what to type', t => {
  const pods = [samplePod({ nextAttemptAt: 931_000 }), samplePod({ pod: 'api-2', nextAttemptAt: 981_000 })];
  t.equal(
    textOf(sampleItem({ pods, also: ['proxy-failure'] }), '1/2', view),
    `1/2  dns-failure  reg.example/team/api:1
     reg.example does not resolve
     when      since 13m20s, 6 failed attempts, the kubelet tries again in 2m10s
     pods      prod/api-1 (api), prod/api-2 (api)
     or        could also be proxy-failure
     says      dial tcp: lookup reg.example: no such host
     do        1. Ask the name server
                  dig reg.example
     checklist 6 Can the node reach the registry?  no       the name does not resolve`,
  );
  t.end();
});

t.test('many pods are counted, and all shown when asked', t => {
  const item = sampleItem({ pods: Array.from({ length: 9 }, (_, index) => samplePod({ pod: `p-${index}` })) });
  t.match(textOf(item, '1/1', view), /p-4 \(api\)\s+and\s+4\s+more/);
  t.match(textOf(item, '1/1', { ...view, wide: true }), 'p-8');
  t.end();
});

t.test('the host that failed is named where it is not the registry, and the newest retry is told', t => {
  const retry = { image: 'reg.example/team/api:1', at: 741_000, ms: 1, cause: null, message: null };
  const retries = [
    { ...retry, outcome: 'failed' as const, cause: 'dns-failure' as const },
    { ...retry, at: 791_000, outcome: 'pulled' as const },
    { ...retry, image: 'other', outcome: 'unavailable' as const },
  ];
  const text = textOf(sampleItem({ host: 'mirror.example' }), '1/1', { ...view, retries });
  t.match(text, 'host      mirror.example');
  t.match(text, 'again     pullpath tried it 10s ago: pulled');
  const [failed, , unavailable] = retries;
  t.match(textOf(sampleItem(), '1/1', { ...view, retries: failed ? [failed] : [] }), '1m ago: failed, dns-failure');
  t.match(
    textOf(sampleItem({ image: 'other' }), '1/1', { ...view, retries: unavailable ? [unavailable] : [] }),
    'the runtime did not answer',
  );
  t.end();
});

t.test('the kubelet’s next attempt may be due', t => {
  const item = sampleItem({ pods: [samplePod({ nextAttemptAt: 1 })] });
  t.match(textOf(item, '1/1', view), 'the kubelet is about to try again');
  t.end();
});

t.test('no line is wider than the page but a command, and none commands the terminal', t => {
  const long = `${'x'.repeat(300)}\u001b[31m ${'word '.repeat(100)}`;
  const item = sampleItem({ image: long, title: long, message: long, host: long, pods: [samplePod({ pod: long })] });
  for (const line of findingLines({ ...item, fix: [{ say: long }] }, '1/1', view)) {
    t.ok(line.length <= pageWidth, line);
    t.notMatch(line, /[\u0000-\u001f]/);
  }
  t.end();
});
