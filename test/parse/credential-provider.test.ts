import t from 'tap';
import {
  parseProviderAnswer,
  pluginIsFor,
  providerRequest,
  readProviderConfig,
  type ProviderPlugin,
} from '../../src/parse/credential-provider.ts';

const apiVersion = 'credentialprovider.kubelet.k8s.io/v1';
const plugin = { name: 'ecr', apiVersion, matchImages: ['*.dkr.ecr.*.amazonaws.com'], defaultCacheDuration: '12h' };
const config = (...providers: object[]) => ({
  kind: 'CredentialProviderConfig',
  apiVersion: 'kubelet.config.k8s.io/v1',
  providers,
});

t.test('plugins are read as the kubelet reads them', t => {
  const env = [{ name: 'A', value: 'b' }];
  t.same(readProviderConfig(config({ ...plugin, args: ['get'], env })), [
    { name: 'ecr', apiVersion, matchImages: plugin.matchImages, defaultCacheMs: 43_200_000, args: ['get'], env },
  ]);
  for (const bad of [
    { ...plugin, name: '../../bin/sh' },
    { ...plugin, name: '..' },
    { ...plugin, name: 5 },
    { ...plugin, apiVersion: 'v1' },
    { ...plugin, matchImages: 'x' },
    { ...plugin, defaultCacheDuration: 'long' },
    { ...plugin, tokenAttributes: { serviceAccountTokenAudience: 'x' } },
    { ...plugin, args: [5] },
  ])
    t.same(readProviderConfig(config(bad)), [], JSON.stringify(bad));
  for (const bad of [null, 'x', {}, { kind: 'Pod' }, { ...config(), apiVersion: 'v1' }, { ...config(), providers: 1 }])
    t.equal(readProviderConfig(bad), null, JSON.stringify(bad));
  t.end();
});

const [read] = readProviderConfig(config(plugin)) ?? [];

t.test('a plugin is asked for the images that it matches, in its own version', t => {
  const one = read as ProviderPlugin;
  t.ok(pluginIsFor(one, '123.dkr.ecr.eu-west-1.amazonaws.com/team/app'));
  t.notOk(pluginIsFor(one, 'docker.io/library/nginx'));
  t.same(JSON.parse(providerRequest(one, 'reg.test/app')), {
    kind: 'CredentialProviderRequest',
    apiVersion,
    image: 'reg.test/app',
  });
  t.end();
});

t.test('an answer counts only in the version asked for', t => {
  const one = read as ProviderPlugin;
  const answer = {
    kind: 'CredentialProviderResponse',
    ...{ apiVersion, cacheKeyType: 'Registry', cacheDuration: '6h' },
    auth: { '*.amazonaws.com': { username: 'AWS', password: 'p' } },
  };
  t.same(parseProviderAnswer(JSON.stringify(answer), one), {
    cacheKeyType: 'Registry',
    cacheMs: 21_600_000,
    auths: [{ key: '*.amazonaws.com', username: 'AWS', password: 'p' }],
  });
  t.match(parseProviderAnswer(JSON.stringify({ ...answer, cacheDuration: null, auth: null }), one), {
    cacheMs: null,
    auths: [],
  });
  for (const bad of [
    { ...answer, kind: 'x' },
    { ...answer, apiVersion: 'credentialprovider.kubelet.k8s.io/v1beta1' },
    { ...answer, cacheKeyType: 'x' },
    { ...answer, auth: 'x' },
    null,
  ])
    t.equal(parseProviderAnswer(JSON.stringify(bad), one), null);
  t.equal(parseProviderAnswer('', one), null);
  t.end();
});
