import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { stringify } from 'yaml';
import { readKubeconfig } from '../../../src/aggregator/kubernetes/kubeconfig.ts';
import { temporaryDirectory } from '../sample.ts';

const base64 = (text: string): string => Buffer.from(text).toString('base64');
const secret = 'sentinel-secret';

const config = (cluster: Record<string, unknown>, user: Record<string, unknown> | null): Record<string, unknown> => ({
  apiVersion: 'v1',
  kind: 'Config',
  'current-context': 'here',
  contexts: [
    { name: 'there', context: { cluster: 'none', user: 'none' } },
    { name: 'here', context: { cluster: 'c', user: 'u', namespace: 'x' } },
  ],
  clusters: [{ name: 'c', cluster: { server: 'https://api.example:6443', ...cluster } }],
  users: [{ name: 'u', user }],
});

t.test('the current context’s server, CA and user are taken', async t => {
  const dir = temporaryDirectory(t);
  const path = join(dir, 'config');
  writeFileSync(join(dir, 'ca.pem'), 'CA');
  writeFileSync(join(dir, 'token'), `${secret}\n`);
  const cases: [Record<string, unknown>, Record<string, unknown> | null, Record<string, unknown>][] = [
    [{}, { token: secret }, { ca: null, token: secret, pair: null }],
    [{ 'certificate-authority': 'ca.pem' }, { tokenFile: 'token' }, { ca: 'CA', token: secret, pair: null }],
    [
      { 'certificate-authority-data': base64('CA') },
      { 'client-certificate-data': base64('CERT'), 'client-key-data': base64('KEY') },
      { ca: 'CA', token: null, pair: { cert: 'CERT', key: 'KEY' } },
    ],
    [{}, null, { ca: null, token: null, pair: null }],
  ];
  for (const [cluster, user, expected] of cases) {
    writeFileSync(path, stringify(config(cluster, user)));
    t.same(await readKubeconfig(path), { server: new URL('https://api.example:6443'), ...expected });
  }
});

t.test('what cannot be used is refused with what to do, and no secret is told', async t => {
  const dir = temporaryDirectory(t);
  const path = join(dir, 'config');
  const cases: [string | Record<string, unknown>, RegExp][] = [
    ['{', /is not YAML/],
    ['[]', /no current-context/],
    ['7', /is no kubeconfig/],
    [{ clusters: 'none' }, /clusters/],
    [{ ...config({}, {}), 'current-context': 'gone' }, /current-context/],
    [config({ server: 'ftp://api.example' }, { token: secret }), /no usable server/],
    [config({ 'insecure-skip-tls-verify': true }, { token: secret }), /verification off/],
    [
      config({ 'certificate-authority': 'none.pem' }, { token: secret }),
      /none\.pem, which cannot be read: no such file.*ENOENT/,
    ],
    [config({}, { token: secret, exec: { command: 'aws' } }), /helper program/],
  ];
  for (const [content, message] of cases) {
    writeFileSync(path, typeof content === 'string' ? content : stringify(content));
    const error = await readKubeconfig(path).then(
      () => null,
      (thrown: unknown) => thrown as Error,
    );
    t.match(error, { code: 'kubernetes-account', message }, String(message));
    t.notMatch(error?.message ?? '', secret);
  }
  await t.rejects(readKubeconfig(join(dir, 'none')), { code: 'kubernetes-account', message: /ENOENT/ });
});
