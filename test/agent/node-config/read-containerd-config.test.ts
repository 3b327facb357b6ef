import t from 'tap';
import { readContainerdConfig } from '../../../src/agent/node-config/read-containerd-config.ts';
import type { ConfigPlace, ContainerdConfig } from '../../../src/agent/node-config/read-containerd-config.ts';
import { parseContainerdVersion } from '../../../src/parse/containerd-version.ts';
import { writeTree } from './tree.ts';

const { signal } = new AbortController();
const read = (place: ConfigPlace, version = '2.1.9'): Promise<ContainerdConfig> =>
  readContainerdConfig(place, parseContainerdVersion(version), signal);
const section = (path: string): string =>
  `version = 2\n[plugins."io.containerd.grpc.v1.cri".registry]\nconfig_path = "${path}"\n`;
const codes = ({ problems }: ContainerdConfig): string[] =>
  problems.map(({ code, file, effect }) => `${code} ${file} ${effect}`);

t.test('imports are loaded after their file, patterns sorted, loops once', async t => {
  const hostRoot = t.testdir();
  await writeTree(hostRoot, {
    '/etc/containerd/config.toml': `imports = ["conf.d/*.toml", "/etc/containerd/config.toml"]\n${section('/main')}`,
    '/etc/containerd/conf.d/b.toml': section('/b'),
    '/etc/containerd/conf.d/a.toml': section('/a'),
    '/etc/containerd/conf.d/c.conf': section('/c'),
    '/conf.d/z.toml': section('/z'),
  });
  const config = await read({ hostRoot });
  t.equal(config.settings.configPath, '/b');
  t.same(config.problems, []);
  t.equal((await read({ hostRoot }, '1.6.20')).settings.configPath, '/z', 'patterns were relative to / before 1.7');
});

t.test('a pattern of imports is taken as Go takes it; what is none keeps containerd from starting', async t => {
  const files = { 'a.toml': 'a', 'b[.toml': 'b', 'sub/x.toml': 'x', 'sub/y.toml': 'y', 'other/z.conf': 'z' };
  // As containerd 1.6.20, 1.7.24 and 2.1.9 do with these very files.
  const cases: [string, string | null][] = [
    ['*[.toml', null],
    ['*[a-.toml', null],
    ['*[].toml', null],
    ['*[^].toml', null],
    ['sub/*[', null],
    ['*/[', null],
    ['none/*[', ''],
    ['empty/*[', ''],
    ['*[b-a].toml', ''],
    ['[ab]*.toml', 'b'],
    ['b\\\\[*', 'b'],
    ['?*.toml', 'b'],
    ['*/x.toml', 'x'],
  ];
  for (const [pattern, expected] of cases) {
    const hostRoot = t.testdir();
    const main = `version = 2\nimports = ["/d/${pattern}"]\n`;
    await writeTree(hostRoot, { '/etc/containerd/config.toml': main, '/d/empty': null });
    for (const [name, path] of Object.entries(files)) await writeTree(hostRoot, { [`/d/${name}`]: section(path) });
    for (const version of ['1.6.20', '1.7.24', '2.1.9']) {
      const config = await read({ hostRoot }, version);
      const refused = ['config-invalid /etc/containerd/config.toml start-fails'];
      t.same(codes(config), expected === null ? refused : [], `${pattern} ${version}`);
      if (expected !== null && expected !== '') t.equal(config.settings.configPath, expected, `${pattern} ${version}`);
    }
  }
});

t.test('the file is that of the runtime whose socket is used', async t => {
  const hostRoot = t.testdir();
  await writeTree(hostRoot, {
    '/etc/containerd/config.toml': section('/plain'),
    '/var/lib/rancher/k3s/agent/etc/containerd/config.toml': section('/k3s'),
    '/var/snap/microk8s/current/args/containerd.toml': section('/snap'),
  });
  t.equal((await read({ hostRoot })).settings.configPath, '/plain');
  t.equal(
    (await read({ hostRoot, criSocket: 'unix:///run/k3s/containerd/containerd.sock' })).settings.configPath,
    '/k3s',
  );
  const snap = 'unix:///var/snap/microk8s/common/run/containerd.sock';
  t.equal((await read({ hostRoot, criSocket: snap })).settings.configPath, '/snap');
});

t.test('credentials come from the file that the running process was started with, as its settings do', async t => {
  const hostRoot = t.testdir();
  const auth = (user: string): string =>
    `version = 2\n[plugins."io.containerd.grpc.v1.cri".registry.configs."reg.test".auth]\nusername = "${user}"\n`;
  const configFile = '/data/k3s/agent/etc/containerd/config.toml';
  await writeTree(hostRoot, { '/etc/containerd/config.toml': auth('usual'), [configFile]: auth('own') });
  const running = { registry: null, startedAt: null, configFile };
  const { file, auths } = await read({ hostRoot, running });
  t.equal(file, configFile);
  t.same(auths, [{ host: 'reg.test', username: 'own', secret: '' }]);
  t.match((await read({ hostRoot })).auths, [{ username: 'usual' }]);
});

t.test('bad files are problems with a code', async t => {
  const root = t.testdir();
  const cases: [string, Record<string, string | null>, string[]][] = [
    ['none', {}, []],
    [
      'directory',
      { '/etc/containerd/config.toml': null },
      ['config-unreadable /etc/containerd/config.toml start-fails'],
    ],
    ['text', { '/etc/containerd/config.toml': 'x' }, ['config-invalid /etc/containerd/config.toml start-fails']],
    ['import', { '/etc/containerd/config.toml': 'imports = ["/no"]' }, ['config-unreadable /no start-fails']],
    [
      'large',
      { '/etc/containerd/config.toml': '#'.repeat(3 * 1024 * 1024) },
      ['file-too-large /etc/containerd/config.toml not-read'],
    ],
    [
      'type',
      { '/etc/containerd/config.toml': section('/x').replace('"/x"', '5') },
      ['config-invalid /etc/containerd/config.toml start-fails'],
    ],
    [
      'both',
      { '/etc/containerd/config.toml': `${section('/x')}[plugins."io.containerd.grpc.v1.cri".registry.mirrors.a]\n` },
      ['mirrors-and-config-path /etc/containerd/config.toml pull-fails'],
    ],
    [
      'disabled',
      { '/etc/containerd/config.toml': 'version = 2\ndisabled_plugins = ["cri"]' },
      ['cri-disabled /etc/containerd/config.toml pull-fails'],
    ],
    [
      'ignored',
      { '/etc/containerd/config.toml': section('/x').replace('= 2', '= 3') },
      ['config-section-ignored /etc/containerd/config.toml ignored'],
    ],
  ];
  for (const [name, files, wanted] of cases) {
    const hostRoot = `${root}/${name}`;
    await writeTree(hostRoot, { '/etc': null, ...files });
    t.same(codes(await read({ hostRoot })), wanted, name);
  }
});
