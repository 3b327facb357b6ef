import t from 'tap';
import { onlyAskable, whyUnaskable } from '../../../src/agent/node-config/askable.ts';
import type { RegistryHost } from '../../../src/model/registry-hosts.ts';

const hostOf = (
  url: string,
  source = '/etc/containerd/certs.d/r.test/hosts.toml',
  line: number | null = 3,
): RegistryHost => ({
  ...{ url, role: 'mirror', source, line, capabilities: { pull: true, resolve: true }, caFiles: [], clientPairs: [] },
  ...{ skipVerify: false, headerNames: [], dialTimeoutMs: null, httpFallback: false },
});
const pathOf = (...hosts: RegistryHost[]) => ({ registry: 'r.test', directory: null, hosts, problems: [] });

t.test('what a request can go to', t => {
  for (const url of [
    'https://r.test/v2',
    'http://r.test:1/v2',
    'https://R.TEST:65535/v2',
    'https://192.0.2.1:5000/v2',
    'https://[2001:DB8::1]:5000/v2',
    'https://m_1.test/v2',
    'https://bücher.test/v2',
    'https://registry/v2',
  ])
    t.equal(whyUnaskable(url), null, url);
  t.end();
});

t.test('what no request can go to, and why', t => {
  const cases: [url: string, why: string][] = [
    ['https://r.test:99999/v2', '99999 is no port'],
    ['https://r.test:0/v2', '0 is no port'],
    ['ftp://r.test/v2', 'no http or https address'],
    ['https:///v2', 'no http or https address'],
    ['https://999.1.1.1/v2', 'neither an address nor a name'],
    ['https://1.2.3/v2', 'no address, and no name'],
    ['https://0x7f.1/v2', 'no address, and no name'],
    ['https://010.0.0.1/v2', 'no address, and no name'],
  ];
  for (const [url, why] of cases) t.match(whyUnaskable(url), why, url);
  t.end();
});

t.test('a host that cannot be asked is a problem, and the others are asked', t => {
  const fine = hostOf('https://r.test/v2', 'default', null);
  t.same(onlyAskable(pathOf(fine)).hosts, [fine]);
  const found = onlyAskable(pathOf(hostOf('https://m.test:99999/v2'), fine));
  t.same(found.hosts, [fine]);
  t.match(found.problems, [{ code: 'host-url-unusable', line: 3, effect: 'ignored', detail: '99999 is no port' }]);
  t.end();
});

t.test('where nobody is left the pull fails, by the image’s own name or by the file', t => {
  const byName = onlyAskable(pathOf(hostOf('https://r.test:99999/v2', 'default', null)));
  t.same(byName.hosts, []);
  t.match(byName.problems, [{ code: 'registry-name-unusable', effect: 'pull-fails' }]);
  const byFile = onlyAskable(pathOf(hostOf('ftp://r.test/v2')));
  t.match(byFile.problems, [{ code: 'host-url-unusable', effect: 'pull-fails', line: 3 }]);
  t.end();
});
