import t from 'tap';
import { isLoopback } from '../../../src/aggregator/auth/loopback.ts';

t.test('loopback is told from what others can reach', t => {
  for (const host of ['127.0.0.1', '127.1.2.3', '::1', 'localhost']) t.ok(isLoopback(host), host);
  for (const host of ['0.0.0.0', '::', '10.0.0.1', '127.0.0.1.evil.example', 'localhost.example', '128.0.0.1', ''])
    t.notOk(isLoopback(host), host);
  t.end();
});
