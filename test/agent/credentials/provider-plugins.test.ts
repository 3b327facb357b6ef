import { chmod, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import t from 'tap';
import { Recent } from '../../../src/diagnose/recent.ts';
import { limits } from '../../../src/model/limits.ts';
import { ProviderPlugins, type KeptAnswers } from '../../../src/agent/credentials/provider-plugins.ts';

const never = new AbortController().signal;
const apiVersion = 'credentialprovider.kubelet.k8s.io/v1';

const configOf = (form: 'json' | 'yaml', args: string[] = []): string => {
  const provider = { name: 'plugin', apiVersion, matchImages: ['*.test'], defaultCacheDuration: '0s', args };
  const json = { kind: 'CredentialProviderConfig', apiVersion: 'kubelet.config.k8s.io/v1', providers: [provider] };
  if (form === 'json') return JSON.stringify(json);
  return [
    'apiVersion: kubelet.config.k8s.io/v1',
    'kind: CredentialProviderConfig',
    'providers:',
    '  - name: plugin',
    `    apiVersion: ${apiVersion}`,
    '    matchImages: ["*.test"]',
    '    defaultCacheDuration: 0s',
    '    args: ["one two", "$(touch /tmp/never)"]',
    '    env: [{ name: FROM_CONFIG, value: b }]',
    '',
  ].join('\n');
};

const answer = (cacheDuration: string): string =>
  JSON.stringify({
    ...{ kind: 'CredentialProviderResponse', apiVersion, cacheKeyType: 'Registry', cacheDuration },
    auth: { 'reg.test': { username: 'AWS', password: 'sentinel-plugin' } },
  });

type Tap = Pick<typeof t, 'testdir'>;

/** A plugin that is a shell script, and what it saw. */
const plugins = async (t: Tap, given: { script: string; config?: string; kept?: KeptAnswers }) => {
  const script = `#!/bin/sh\necho "$@" "$FROM_CONFIG" "$FROM_KUBELET" "\${PULLPATH_TEST-unset}" >> "$OUT/args"\ncat >> "$OUT/stdin"\n${given.script}\n`;
  const root = t.testdir({ etc: { 'cp.yaml': given.config ?? configOf('json', ['get']) }, bin: { plugin: script } });
  await chmod(join(root, 'bin/plugin'), 0o755);
  const environment = { PATH: '/usr/bin:/bin', FROM_KUBELET: 'k', OUT: root };
  const place = { hostRoot: root, config: '/etc/cp.yaml', binDir: '/bin', environment };
  const seen = (name: string): Promise<string> => readFile(join(root, name), 'utf8').catch(() => '');
  return { made: new ProviderPlugins(place, given.kept ?? new Recent(limits.credentialCache)), seen };
};

t.test('a plugin is run as the kubelet runs it: request on its input, no shell, its own variables alone', async t => {
  process.env['PULLPATH_TEST'] = 'ours';
  const { made, seen } = await plugins(t, { script: `echo '${answer('0s')}'`, config: configOf('yaml') });
  const given = await made.ask('reg.test/team/app', never);
  t.match(given, { faults: [], found: [{ plugin: 'plugin', auths: [{ key: 'reg.test', username: 'AWS' }] }] });
  t.equal(await seen('args'), 'one two $(touch /tmp/never) b k unset\n');
  t.match(JSON.parse(await seen('stdin')), {
    kind: 'CredentialProviderRequest',
    apiVersion,
    image: 'reg.test/team/app',
  });
  t.same(await made.ask('other.example/app', never), { found: [], faults: [] }, 'and only for its own images');
});

t.test('an answer is kept for as long as it says, for its registry', async t => {
  const kept: KeptAnswers = new Recent(limits.credentialCache);
  const { made, seen } = await plugins(t, { script: `echo '${answer('1h')}'`, kept });
  for (const image of ['reg.test/a', 'reg.test/b']) t.equal((await made.ask(image, never)).found.length, 1);
  t.equal((await seen('args')).split('\n').length, 2, 'run once');
  for (const one of kept.values()) one.until = 0;
  await made.ask('reg.test/a', never);
  t.equal((await seen('args')).split('\n').length, 3, 'run again when the time is over');
});

t.test('a plugin that fails gives none, and its words are not kept', async t => {
  for (const [script, why] of [
    ['echo sentinel-plugin >&2; exit 3', /status 3/],
    ['echo sentinel-plugin', /no CredentialProviderResponse/],
    ['head -c 1000000 /dev/zero', /more than an answer/],
    ['kill -9 $$', /SIGKILL/],
  ] as const) {
    const { made } = await plugins(t, { script });
    const given = await made.ask('reg.test/app', never);
    t.same(given.found, []);
    t.match(given.faults[0], why, script);
    t.notMatch(JSON.stringify(given), /sentinel/);
  }
});

t.test('a plugin that hangs, with a child that holds its output, is ended', async t => {
  const { made } = await plugins(t, { script: 'sleep 600 & sleep 600' });
  const ended = AbortSignal.timeout(300);
  t.match(await made.ask('reg.test/app', ended), { found: [], faults: [/no answer in time/] });
  t.match(await made.ask('reg.test/app', AbortSignal.abort()), { found: [], faults: [/the walk ended/] });
});

t.test('a plugin that is not there or no program, and a configuration that is none', async t => {
  const { made } = await plugins(t, { script: '', config: configOf('json').replace('"plugin"', '"other"') });
  t.match(await made.ask('reg.test/app', never), { faults: [/not in \/bin/] });
  for (const config of ['kind: Pod', ': {', '[']) {
    const { made: bad } = await plugins(t, { script: '', config });
    t.match(await bad.ask('reg.test/app', never), { faults: [/CredentialProviderConfig/] }, config);
  }
});
