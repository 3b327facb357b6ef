import t from 'tap';
import { Policies } from '../../src/agent/policies.ts';
import { limits } from '../../src/model/limits.ts';

const container = { namespace: 'a', pod: 'p', podUid: 'u', container: 'c' };

t.test('what the aggregator told is known; whether it tells is known for a while', t => {
  let now = 1000;
  const policies = new Policies(() => now);
  t.equal(policies.areTold, false, 'before any answer');
  policies.hear([]);
  t.equal(policies.areTold, true);
  t.equal(policies.of(container), null);
  policies.hear([{ ...container, policy: 'Always' }]);
  t.equal(policies.of(container), 'Always');
  t.equal(policies.of({ ...container, podUid: 'another' }), null, 'a pod that replaced it is another');
  policies.hear([{ ...container, policy: 'Sometimes' }]);
  t.equal(policies.of(container), 'Always', 'what is no policy is not taken');
  now += limits.herdUsableMs + 1;
  t.equal(policies.areTold, false);
  policies.hear([]);
  policies.hear(null);
  t.equal(policies.areTold, false, 'an older aggregator, or one that may not ask');
  t.equal(policies.of(container), 'Always', 'a pod’s policy never changes');
  t.end();
});
