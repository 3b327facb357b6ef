import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { authOf, tlsOf, type AuthValues } from '../../src/aggregator/auth-options.ts';
import { silentLog, temporaryDirectory } from './sample.ts';

const values = (given: Partial<AuthValues>): AuthValues => ({
  auth: 'none',
  tokenFile: [],
  audience: 'pullpath-aggregator',
  agentAccount: 'pullpath-system:pullpath-agent',
  kubeconfig: null,
  ...given,
});
const on = (host: string) => ({ host, env: {}, log: silentLog, now: () => 0 });

t.test('each way of letting callers in', async t => {
  const dir = temporaryDirectory(t);
  const file = join(dir, 'tokens');
  const kubeconfig = join(dir, 'config');
  writeFileSync(file, '0123456789abcdef\n');
  writeFileSync(
    kubeconfig,
    '{current-context: a, contexts: [{name: a, context: {cluster: b, user: c}}], clusters: [{name: b, cluster: {server: "https://api.example"}}]}',
  );
  t.same(await authOf(values({}), on('127.0.0.1')), { kind: 'none' });
  const token = await authOf(values({ auth: 'token', tokenFile: [file] }), on('0.0.0.0'));
  t.same(token.kind === 'token' && token.tokens(), ['0123456789abcdef']);
  const kubernetes = await authOf(values({ auth: 'kubernetes', kubeconfig }), on('0.0.0.0'));
  t.match(kubernetes, { kind: 'kubernetes', audience: 'pullpath-aggregator' });
});

t.test('options that contradict each other are refused at the start', async t => {
  const cases: [Partial<AuthValues>, string, string, RegExp][] = [
    [{}, '0.0.0.0', 'option-invalid', /loopback only.*--auth kubernetes/],
    [{ tokenFile: ['x'] }, '127.0.0.1', 'option-invalid', /--auth token/],
    [{ auth: 'kubernetes', tokenFile: ['x'] }, '0.0.0.0', 'option-invalid', /--auth token/],
    [{ auth: 'token' }, '0.0.0.0', 'option-invalid', /needs --token-file/],
    [{ auth: 'kubernetes', agentAccount: 'agent' }, '0.0.0.0', 'option-invalid', /NAMESPACE:NAME/],
    [{ auth: 'kubernetes' }, '0.0.0.0', 'kubernetes-account', /no pod of a cluster/],
    [{ auth: 'kubernetes', kubeconfig: '/nonexistent/config' }, '0.0.0.0', 'kubernetes-account', /ENOENT/],
  ];
  for (const [given, host, code, message] of cases)
    await t.rejects(authOf(values(given), on(host)), { code, message }, JSON.stringify(given));
  t.equal(tlsOf(null, null), null);
  t.same(tlsOf('a', 'b'), { certFile: 'a', keyFile: 'b' });
  t.throws(() => tlsOf('a', null), { code: 'option-invalid' });
  t.throws(() => tlsOf(null, 'b'), { code: 'option-invalid' });
});
