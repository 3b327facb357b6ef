import t from 'tap';
import { RequestBudget } from '../../../src/agent/probe/request-budget.ts';
import { limits } from '../../../src/model/limits.ts';

t.test('each host has so many requests in a walk, and no other host’s', t => {
  const budget = new RequestBudget();
  for (let at = 0; at < limits.probeRequests; at += 1) t.ok(budget.take('reg.test'));
  t.notOk(budget.take('reg.test'));
  t.ok(budget.take('reg.test:5000'));
  t.equal(limits.probeRequests, 12, 'as docs/checks.md says');
  t.end();
});
