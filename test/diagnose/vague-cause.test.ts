import t from 'tap';
import { isVague } from '../../src/diagnose/vague-cause.ts';

t.test('causes that say nothing about why', t => {
  for (const cause of ['backoff-only', 'other', 'pull-cancelled', 'pull-qps-exceeded'] as const)
    t.ok(isVague(cause), cause);
  for (const cause of ['dns-failure', 'never-pull', 'runtime-unavailable'] as const) t.notOk(isVague(cause), cause);
  t.end();
});
