import t from 'tap';
import { configChecks, proxyCheck } from '../../../src/agent/check/config-checks.ts';
import { registryHost } from '../probe/stand.ts';

const sound = {
  registry: 'reg.test',
  directory: '/c/reg.test',
  hosts: [registryHost('https://reg.test/v2')],
  problems: [],
};

t.test('each part of the configuration passes, or fails once for each problem', t => {
  t.same(
    configChecks(sound).map(({ id, outcome }) => `${id} ${outcome}`),
    ['config.containerd pass', 'config.certs-d pass', 'config.hosts-toml pass', 'config.ca-files pass'],
  );
  const at = { line: 3, effect: 'ignored', detail: 'why' } as const;
  const checks = configChecks({
    ...sound,
    problems: [
      { ...at, code: 'hosts-config-invalid', file: '/c/reg.test/hosts.toml' },
      { ...at, code: 'ca-unreadable', file: '/c/ca.crt' },
      { ...at, code: 'file-too-large', file: '/c/big.crt' },
      { ...at, code: 'config-invalid', file: '/etc/containerd/config.toml' },
      { ...at, code: 'registry-directory-unreadable', file: '/c/reg.test' },
    ],
  });
  t.same(
    checks.map(({ id, code }) => `${id} ${code}`),
    [
      'config.containerd config-invalid',
      'config.certs-d registry-directory-unreadable',
      'config.hosts-toml hosts-config-invalid',
      'config.ca-files ca-unreadable',
      'config.ca-files file-too-large',
    ],
  );
  t.match(checks[2], {
    facts: { file: '/c/reg.test/hosts.toml', line: 3, effect: 'ignored' },
    detail: /hosts\.toml:3: why/,
  });
  t.end();
});

t.test('after a file that was not read, nothing is said of what it decides', t => {
  const tooLarge = { code: 'file-too-large', line: null, effect: 'not-read', detail: 'larger than 256 KiB' } as const;
  const at = (file: string): string[] =>
    configChecks({ ...sound, hosts: [], problems: [{ ...tooLarge, file }] }).map(
      ({ id, outcome, code, waitsFor }) => `${id} ${outcome} ${code} ${waitsFor}`,
    );
  const read = 'config.containerd pass null undefined';
  t.same(at('/c/reg.test/hosts.toml'), [
    ...[read, 'config.certs-d pass null undefined', 'config.hosts-toml fail file-too-large undefined'],
    'config.ca-files skip waits-for config.hosts-toml',
  ]);
  for (const file of ['/etc/containerd/config.toml', '/etc/containers/registries.conf'])
    t.same(at(file), [
      'config.containerd fail file-too-large undefined',
      ...['config.certs-d', 'config.hosts-toml', 'config.ca-files'].map(id => `${id} skip waits-for config.containerd`),
    ]);
  t.end();
});

t.test('the runtime that follows the rules is named', t => {
  const blocked = { code: 'registry-blocked', file: '/c', line: 1, effect: 'pull-fails', detail: 'blocked' } as const;
  t.match(configChecks({ ...sound, runtime: 'cri-o', problems: [blocked] })[0], {
    id: 'config.containerd',
    detail: '/c:1: blocked; CRI-O fails every pull of this registry',
  });
  t.end();
});

t.test('proxies are named by their variables, never by their values', t => {
  const environment = { HTTPS_PROXY: 'http://me:secret@p.test', NO_PROXY: 'x' };
  const check = proxyCheck({ environment, source: 'process', differing: [] });
  t.match(check, { outcome: 'pass', facts: { variables: ['HTTPS_PROXY', 'NO_PROXY'] } });
  t.notMatch(JSON.stringify(check), 'secret');
  t.match(proxyCheck({ environment, source: 'process', differing: ['NO_PROXY'] }), { code: 'proxy-not-reloaded' });
  t.end();
});
