import t from 'tap';
import { forbiddenBy, recoveryRules, type PullCase, type RecoveryRule } from '../../src/diagnose/recovery-rules.ts';
import { limits } from '../../src/model/limits.ts';

const now = 1_000_000;
const gib = 1024 ** 3;
const sound: PullCase = {
  ...{ now, retry: 'heals', mended: true, waiting: 1, policy: 'IfNotPresent', policyAwaited: false },
  ...{
    runtimeAnswers: true,
    kubeletPulls: false,
    present: false,
    pulledInVain: false,
    isPrivate: false,
    hasCredentials: false,
  },
  ...{ verified: false, disk: { totalBytes: 100 * gib, freeBytes: 50 * gib }, highPercent: 85, imageBytes: gib },
  ...{ running: { registry: 0, node: 0 }, hour: { image: 0, node: 0 }, namedAt: null, backOffUntil: -Infinity },
};

/** For each rule the cases that it forbids, each by the least that differs from a case that is allowed. */
const forbidden: Record<RecoveryRule, Partial<PullCase>[]> = {
  'pod-gone': [{ waiting: 0 }],
  'cause-never': [{ retry: 'never', mended: false }],
  'policy-always': [{ policy: 'Always' }],
  'policy-awaited': [{ policyAwaited: true }],
  'needs-credentials': [{ isPrivate: true }],
  'verification-required': [{ verified: true }],
  'no-time-named': [{ retry: 'wait' }],
  'not-yet': [
    { retry: 'wait', namedAt: now + 1 },
    { retry: 'heals', namedAt: now + 1 },
  ],
  'runtime-down': [{ runtimeAnswers: false }],
  'already-there': [{ present: true }],
  'pulled-in-vain': [{ pulledInVain: true }],
  'kubelet-is-pulling': [{ kubeletPulls: true }],
  'disk-pressure': [
    { disk: { totalBytes: 100 * gib, freeBytes: 15 * gib }, imageBytes: 1 },
    { disk: { totalBytes: 100 * gib, freeBytes: 18.9 * gib } },
    { disk: { totalBytes: 100 * gib, freeBytes: 18.9 * gib }, imageBytes: null },
    { disk: { totalBytes: 100 * gib, freeBytes: 50 * gib }, imageBytes: 10 * gib },
    { disk: { totalBytes: 100 * gib, freeBytes: 40 * gib }, highPercent: 60 },
    { disk: null },
  ],
  'backing-off': [{ backOffUntil: now + 1 }],
  'registry-busy': [{ running: { registry: 1, node: 1 } }],
  'node-busy': [{ running: { registry: 0, node: 2 } }],
  'budget-spent': [
    { hour: { image: limits.recoverImageHour, node: limits.recoverImageHour } },
    { hour: { image: 0, node: limits.recoverNodeHour } },
  ],
};

t.test('each rule forbids its cases, and is the one that is told', t => {
  for (const [rule, cases] of Object.entries(forbidden))
    for (const given of cases) t.equal(forbiddenBy({ ...sound, ...given }), rule, JSON.stringify(given));
  t.same(Object.keys(forbidden), Object.keys(recoveryRules));
  t.end();
});

t.test('what no rule forbids may be pulled', t => {
  const allowed: Partial<PullCase>[] = [
    {},
    { retry: 'never' },
    { retry: null },
    { retry: 'wait', namedAt: now },
    { present: null },
    { isPrivate: true, hasCredentials: true },
    { disk: { totalBytes: 100 * gib, freeBytes: 19.1 * gib } },
    { backOffUntil: now },
    { running: { registry: 0, node: 1 } },
    { hour: { image: limits.recoverImageHour - 1, node: limits.recoverNodeHour - 1 } },
  ];
  for (const given of allowed) t.equal(forbiddenBy({ ...sound, ...given }), null, JSON.stringify(given));
  t.end();
});
