import t from 'tap';
import { isName } from '../../../src/aggregator/kubernetes/name.ts';

t.test('only what can be a name leads to a path', t => {
  for (const name of ['a', 'api-1', 'reg.example', '0', 'a'.repeat(253)]) t.ok(isName(name), name);
  for (const name of ['', '-a', 'a-', 'A', 'a/b', '../x', 'a b', 'a?b', 'a\n', 'a'.repeat(254)])
    t.notOk(isName(name), name);
  t.end();
});
