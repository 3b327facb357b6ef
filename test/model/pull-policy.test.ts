import t from 'tap';
import { defaultPolicy, isPullPolicy } from '../../src/model/pull-policy.ts';

t.test('the policy that a pod gets which names none', t => {
  const cases = {
    nginx: 'Always',
    'nginx:latest': 'Always',
    'nginx:1.25': 'IfNotPresent',
    [`nginx@sha256:${'a'.repeat(64)}`]: 'IfNotPresent',
  };
  for (const [image, policy] of Object.entries(cases)) t.equal(defaultPolicy(image), policy, image);
  t.end();
});

t.test('three policies are known', t => {
  for (const text of ['Always', 'IfNotPresent', 'Never']) t.ok(isPullPolicy(text));
  for (const text of ['', 'always', 'Sometimes']) t.notOk(isPullPolicy(text));
  t.end();
});
