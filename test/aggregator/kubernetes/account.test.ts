import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { readPodAccount } from '../../../src/aggregator/kubernetes/account.ts';
import { temporaryDirectory } from '../sample.ts';

t.test('a pod’s account is read from its environment and mounted files', async t => {
  const dir = temporaryDirectory(t);
  writeFileSync(join(dir, 'ca.crt'), 'PEM\n');
  writeFileSync(join(dir, 'token'), 'abc\n');
  const env = { KUBERNETES_SERVICE_HOST: '10.0.0.1', KUBERNETES_SERVICE_PORT: '6443' };
  t.same(await readPodAccount(env, dir), {
    server: new URL('https://10.0.0.1:6443'),
    ca: 'PEM',
    token: 'abc',
    pair: null,
  });
  const v6 = await readPodAccount({ KUBERNETES_SERVICE_HOST: 'fd00::1' }, dir);
  t.equal(v6.server.href, 'https://[fd00::1]/');
  rmSync(join(dir, 'token'));
  await t.rejects(readPodAccount(env, dir), { code: 'kubernetes-account', message: /automountServiceAccountToken/ });
  await t.rejects(readPodAccount({}, dir), { code: 'kubernetes-account', message: /--kubeconfig/ });
});
