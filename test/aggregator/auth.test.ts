import t from 'tap';
import { gate, isLoopback } from '../../src/aggregator/auth.ts';

const first = 'first-token-0123456789';
const second = 'second-token-0123456789';

t.test('any of several tokens opens, nothing else does', t => {
  const check = gate({ kind: 'token', tokens: [first, second] });
  const cases: [string | undefined, ReturnType<typeof check>][] = [
    [`Bearer ${first}`, null],
    [`bearer ${second}`, null],
    [`Bearer  ${second} `, null],
    [undefined, 'token-missing'],
    ['', 'token-missing'],
    ['Bearer', 'token-missing'],
    ['Basic dXNlcjpwYXNz', 'token-missing'],
    [`Bearer ${first} ${second}`, 'token-missing'],
    [`Bearer ${first}x`, 'token-refused'],
    [`Bearer ${first.slice(0, -1)}`, 'token-refused'],
    ['Bearer x', 'token-refused'],
  ];
  for (const [header, fault] of cases) t.equal(check(header), fault, header ?? 'no header');
  t.end();
});

t.test('without authentication everyone passes', t => {
  t.equal(gate({ kind: 'none' })(undefined), null);
  t.end();
});

t.test('loopback is told from what others can reach', t => {
  for (const host of ['127.0.0.1', '127.1.2.3', '::1', 'localhost']) t.ok(isLoopback(host), host);
  for (const host of ['0.0.0.0', '::', '10.0.0.1', '127.0.0.1.evil.example', 'localhost.example', '128.0.0.1', ''])
    t.notOk(isLoopback(host), host);
  t.end();
});
