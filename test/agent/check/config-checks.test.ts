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

t.test('proxies are named by their variables, never by their values', t => {
  const environment = { HTTPS_PROXY: 'http://me:secret@p.test', NO_PROXY: 'x' };
  const check = proxyCheck({ environment, source: 'process', differing: [] });
  t.match(check, { outcome: 'pass', facts: { variables: ['HTTPS_PROXY', 'NO_PROXY'] } });
  t.notMatch(JSON.stringify(check), 'secret');
  t.match(proxyCheck({ environment, source: 'process', differing: ['NO_PROXY'] }), { code: 'proxy-not-reloaded' });
  t.end();
});
