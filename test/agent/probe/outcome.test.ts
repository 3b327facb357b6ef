import t from 'tap';
import { beginCheck, failed, got } from '../../../src/agent/probe/outcome.ts';

t.test('a fault without a cause is a skip, one with a cause a failure', t => {
  const check = beginCheck('tcp.connect');
  t.match(check.pass('well', { port: 1 }), {
    id: 'tcp.connect',
    stage: 'tcp',
    outcome: 'pass',
    code: null,
    facts: { port: 1 },
  });
  t.match(check.fail(failed('tcp-refused', 'no').fault), { outcome: 'fail', code: 'tcp-refused', detail: 'no' });
  t.match(check.fail(failed('cancelled', 'late').fault), { outcome: 'skip', code: 'cancelled' });
  t.ok(check.pass('').ms >= 0);
  t.same(got(1), { ok: true, value: 1 });
  t.end();
});
