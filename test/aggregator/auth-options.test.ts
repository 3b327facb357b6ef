import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { authOf, kubernetesOf, tlsOf, type AuthValues } from '../../src/aggregator/auth-options.ts';
import type { KubernetesApi } from '../../src/aggregator/kubernetes/api.ts';
import { silentLog, temporaryDirectory } from './sample.ts';

const values = (given: Partial<AuthValues>): AuthValues => ({
  auth: 'none',
  tokenFile: [],
  audience: 'pullpath-aggregator',
  agentAccount: 'pullpath-system:pullpath-agent',
  kubeconfig: null,
  ...given,
});
const on = (host: string, api: KubernetesApi | null = null) => ({ host, api, log: silentLog, now: () => 0 });

t.test('each way of letting callers in', async t => {
  const dir = temporaryDirectory(t);
  const file = join(dir, 'tokens');
  const kubeconfig = join(dir, 'config');
  writeFileSync(file, '0123456789abcdef\n');
  writeFileSync(
    kubeconfig,
    '{current-context: a, contexts: [{name: a, context: {cluster: b, user: c}}], clusters: [{name: b, cluster: {server: "https://api.example"}}]}',
  );
  t.same(authOf(values({}), on('127.0.0.1')), { kind: 'none' });
  const token = authOf(values({ auth: 'token', tokenFile: [file] }), on('0.0.0.0'));
  t.same(token.kind === 'token' && token.tokens(), ['0123456789abcdef']);
  t.equal(await kubernetesOf(values({}), {}, Date.now), null, 'nothing is asked of the cluster');
  const api = await kubernetesOf(values({ auth: 'kubernetes', kubeconfig }), {}, Date.now);
  t.ok(await kubernetesOf(values({ kubeconfig }), {}, Date.now), 'about pods, whoever may call');
  const kubernetes = authOf(values({ auth: 'kubernetes', kubeconfig }), on('0.0.0.0', api));
  t.match(kubernetes, { kind: 'kubernetes', audience: 'pullpath-aggregator' });
});

t.test('options that contradict each other are refused at the start', async t => {
  for (const [given, message] of [
    [{ auth: 'kubernetes' }, /no pod of a cluster/],
    [{ kubeconfig: '/nonexistent/config' }, /ENOENT/],
  ] as const)
    await t.rejects(kubernetesOf(values(given), {}, Date.now), { code: 'kubernetes-account', message });
  const cases: [Partial<AuthValues>, string, string, RegExp][] = [
    [{}, '0.0.0.0', 'option-invalid', /loopback only.*--auth kubernetes/],
    [{ tokenFile: ['x'] }, '127.0.0.1', 'option-invalid', /--auth token/],
    [{ auth: 'kubernetes', tokenFile: ['x'] }, '0.0.0.0', 'option-invalid', /--auth token/],
    [{ auth: 'token' }, '0.0.0.0', 'option-invalid', /needs --token-file/],
    [{ auth: 'kubernetes', agentAccount: 'agent' }, '0.0.0.0', 'option-invalid', /NAMESPACE:NAME/],
  ];
  for (const [given, host, code, message] of cases)
    t.throws(() => authOf(values(given), on(host)), { code, message }, JSON.stringify(given));
  t.equal(tlsOf(null, null), null);
  t.same(tlsOf('a', 'b'), { certFile: 'a', keyFile: 'b' });
  t.throws(() => tlsOf('a', null), { code: 'option-invalid' });
  t.throws(() => tlsOf(null, 'b'), { code: 'option-invalid' });
});
