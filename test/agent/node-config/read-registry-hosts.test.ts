import t from 'tap';
import { readRegistryHosts } from '../../../src/agent/node-config/read-registry-hosts.ts';
import type { RegistryHosts } from '../../../src/model/registry-hosts.ts';
import { writeTree } from './tree.ts';

const config = (path: string): string =>
  `version = 3\n[plugins.'io.containerd.cri.v1.images'.registry]\nconfig_path = '${path}'\n`;
const { signal } = new AbortController();
const read = (hostRoot: string, registry = 'r.example', runtimeVersion = '2.1.9'): Promise<RegistryHosts> =>
  readRegistryHosts(registry, { hostRoot, runtimeVersion, signal });

t.test('hosts, directory and problems come from the node’s files as they are now', async t => {
  const root = t.testdir();
  const dir = '/certs/r.example';
  const cases: [string, Record<string, string | Buffer | null>, string[], string[]][] = [
    ['nothing', {}, ['https://r.example/v2 default'], []],
    [
      'a mirror',
      { [`${dir}/hosts.toml`]: '[host."https://m"]\n' },
      [`https://m/v2 ${dir}/hosts.toml`, 'https://r.example/v2 default'],
      [],
    ],
    [
      'a file that is not valid',
      { [`${dir}/hosts.toml`]: 'server = "https://m\n' },
      ['https://r.example/v2 default'],
      ['hosts-config-invalid 1 ignored'],
    ],
    [
      'a file that is not UTF-8',
      { [`${dir}/hosts.toml`]: Buffer.from([0xff]) },
      ['https://r.example/v2 default'],
      ['hosts-config-invalid null ignored'],
    ],
    ['a large file', { [`${dir}/hosts.toml`]: '#'.repeat(300_000) }, [], ['file-too-large null not-read']],
    ['a directory for a file', { [`${dir}/hosts.toml`]: null }, [], ['hosts-config-unreadable null pull-fails']],
    ['a file for the directory', { [dir]: 'x' }, [], ['hosts-config-unreadable null pull-fails']],
    ['a loop', { [dir]: '-> r.example' }, [], ['registry-directory-unreadable null pull-fails']],
    [
      'a missing authority',
      { [`${dir}/hosts.toml`]: '[host."https://m"]\nca = "x"\n' },
      [`https://m/v2 ${dir}/hosts.toml`, 'https://r.example/v2 default'],
      ['ca-unreadable null pull-fails'],
    ],
    [
      'no host that resolves',
      { [`${dir}/hosts.toml`]: 'server = "https://s"\ncapabilities = ["push"]\n' },
      [`https://s/v2 ${dir}/hosts.toml`],
      ['no-host-resolves null pull-fails'],
    ],
  ];
  for (const [name, files, hosts, problems] of cases) {
    const hostRoot = `${root}/${name.replaceAll(' ', '-')}`;
    await writeTree(hostRoot, { '/etc/containerd/config.toml': config('/certs'), ...files });
    const found = await read(hostRoot);
    t.same(
      found.hosts.map(({ url, source }) => `${url} ${source}`),
      hosts,
      name,
    );
    t.same(
      found.problems.map(({ code, line, effect }) => `${code} ${line} ${effect}`),
      problems,
      name,
    );
  }
});

t.test('a list of directories is not used by the transfer service', async t => {
  const hostRoot = t.testdir();
  await writeTree(hostRoot, {
    '/etc/containerd/config.toml': config('/none:/certs'),
    '/certs/r.example/hosts.toml': '[host."https://m"]\n',
  });
  const transfer = await read(hostRoot);
  t.equal(transfer.directory, null);
  t.match(transfer.problems, [{ code: 'config-path-list-ignored', effect: 'ignored' }]);
  t.same((await read(hostRoot, 'other.example')).problems, [], 'which harms no registry without a directory there');
  const local = await read(hostRoot, 'r.example', '2.0.5');
  t.equal(local.directory, '/certs/r.example');
  t.equal(local.hosts.length, 2);
});

t.test('the deprecated mirrors are read where config_path is unset', async t => {
  const hostRoot = t.testdir();
  const mirrors = (endpoint: string): string =>
    `version = 2\n[plugins."io.containerd.grpc.v1.cri".registry.mirrors."r.example"]\nendpoint = ["${endpoint}"]\n`;
  await writeTree(hostRoot, { '/a/etc/containerd/config.toml': mirrors('http://m:5000') });
  await writeTree(hostRoot, { '/b/etc/containerd/config.toml': mirrors('http://m:x') });
  const found = await read(`${hostRoot}/a`, 'r.example', '1.7.24');
  t.same(
    found.hosts.map(({ url, role }) => `${role} ${url}`),
    ['mirror http://m:5000/v2', 'upstream https://r.example/v2'],
  );
  t.match((await read(`${hostRoot}/b`, 'r.example', '1.7.24')).problems, [
    { code: 'host-url-unusable', effect: 'pull-fails' },
  ]);
});

t.test('a directory in certs.d that nobody reads is named, where the registry has one', async t => {
  const hostRoot = t.testdir();
  await writeTree(hostRoot, {
    '/etc/containerd/config.toml': 'version = 2\n',
    '/etc/containerd/certs.d/r.example/ca.crt': 'x',
  });
  t.match((await read(hostRoot, 'r.example', '1.7.24')).problems, [{ code: 'config-path-unset', effect: 'ignored' }]);
  t.same((await read(hostRoot, 'other.example', '1.7.24')).problems, []);
});

t.test('a host that is not a table header is named without its password', async t => {
  const hostRoot = t.testdir();
  await writeTree(hostRoot, {
    '/etc/containerd/config.toml': config('/certs'),
    '/certs/r.example/hosts.toml': '[host]\n"https://user:s3cret@x" = {}\n[host."httpd.example:5000"]\n',
  });
  const found = await read(hostRoot);
  t.notMatch(JSON.stringify(found.problems), /s3cret/);
  const { problems } = found;
  t.match(problems, [
    { code: 'host-entry-ignored', line: 2, detail: 'https://x' },
    { code: 'host-url-unusable', line: 3 },
  ]);
});
