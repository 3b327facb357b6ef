import t from 'tap';
import { clock, failedAt } from '../../src/diagnose/finding-times.ts';
import { sampleFinding } from './sample-walk.ts';

t.test('a pull failed when its newest attempt did, and at the earliest when it was first heard of', t => {
  const finding = sampleFinding('no such host');
  const [pod] = finding.pods;
  if (pod === undefined) throw new Error('no pod');
  delete pod.failedAt;
  const at = (...times: { firstSeen: number; failedAt?: number }[]): number =>
    failedAt({ firstSeen: 100, pods: times.map(time => ({ ...pod, ...time })) });
  t.equal(at(), 100);
  t.equal(at({ firstSeen: 90 }), 100);
  t.equal(at({ firstSeen: 110 }), 110);
  t.equal(at({ firstSeen: 110, failedAt: 130 }, { firstSeen: 120 }), 130);
  t.end();
});

t.test('a moment is said in UTC', t => {
  t.equal(clock(Date.UTC(2024, 1, 29, 3, 4, 5, 678)), '03:04:05 UTC');
  t.end();
});
