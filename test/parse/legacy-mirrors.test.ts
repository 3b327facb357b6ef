import t from 'tap';
import { parseContainerdVersion } from '../../src/parse/containerd-version.ts';
import { registrySettings } from '../../src/parse/containerd-config.ts';
import { legacyHosts } from '../../src/parse/legacy-mirrors.ts';

const hosts = (registry: string, mirrors: Record<string, string[]>): string[] | null => {
  const settings = { ...registrySettings([], parseContainerdVersion('1.7.24')), mirrors };
  return legacyHosts(registry, settings)?.map(({ scheme, host, path }) => `${scheme}://${host}${path}`) ?? null;
};

t.test('the mirrors of a registry, else those of all, then the registry itself', t => {
  t.same(hosts('r', {}), ['https://r/v2']);
  t.same(hosts('docker.io', {}), ['https://registry-1.docker.io/v2']);
  t.same(hosts('r', { '*': ['a'], r: ['http://b:1', 'https://c/x'] }), [
    'http://b:1/v2',
    'https://c/x',
    'https://r/v2',
  ]);
  t.same(hosts('q', { '*': ['a', 'localhost:5000'] }), ['https://a/v2', 'http://localhost:5000/v2', 'https://q/v2']);
  t.same(hosts('r', { r: ['http://r', 'http://b'] }), ['http://r/v2', 'http://b/v2'], 'named already');
  t.same(hosts('localhost:5000', {}), ['http://localhost:5000/v2']);
  t.equal(hosts('r', { r: ['http://a:x'] }), null);
  t.end();
});
