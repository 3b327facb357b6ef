import { fc } from '../house/property.ts';
import t from 'tap';
import { certsRoots, parseConfigFile, registrySettings } from '../../src/parse/containerd-config.ts';
import type { ConfigFile, RegistrySettings } from '../../src/parse/containerd-config.ts';
import { parseContainerdVersion } from '../../src/parse/containerd-version.ts';

const settingsOf = (version: string, ...texts: string[]): RegistrySettings => {
  const containerd = parseContainerdVersion(version);
  const files = texts.map((text, index): ConfigFile => {
    const parsed = parseConfigFile(text, `${index}.toml`, containerd);
    if (!parsed.ok) throw new Error(parsed.reason);
    return parsed.config;
  });
  return registrySettings(files, containerd);
};

const v1 = '[plugins.cri.registry]\nconfig_path = "/one"\n';
const v2 = 'version = 2\n[plugins."io.containerd.grpc.v1.cri".registry]\nconfig_path = "/two"\n';
const v3 = "version = 3\n[plugins.'io.containerd.cri.v1.images'.registry]\nconfig_path = '/three'\n";

t.test('the section that counts depends on the file’s version and on containerd’s', t => {
  const cases: [string, string, string][] = [
    ['1.7.24', v1, '/one'],
    ['1.7.24', v2, '/two'],
    ['1.7.24', v2.replace('version = 2', ''), ''],
    ['2.1.9', v3, '/three'],
    ['2.1.9', v2, '/two'],
    ['2.1.9', v1, ''],
    ['2.1.9', v2.replace('version = 2', 'version = 3'), ''],
    ['2.1.9', '', ''],
  ];
  for (const [version, text, wanted] of cases)
    t.equal(settingsOf(version, text).configPath, wanted, `${version} ${text}`);
  t.match(settingsOf('2.1.9', v2.replace('version = 2', 'version = 3')).ignored, [{ file: '0.toml', line: 2 }]);
  t.match(settingsOf('1.7.24', v2.replace('version = 2', '')).ignored, [{ file: '0.toml', line: 2 }]);
  t.end();
});

t.test('1.x replaces a plugin’s section by that of a later file, 2.x merges it', t => {
  const other = 'version = 2\n[plugins."io.containerd.grpc.v1.cri"]\nmax_container_log_line_size = 1\n';
  t.equal(settingsOf('1.7.24', v2, other).configPath, '');
  t.equal(settingsOf('2.1.9', v2, other).configPath, '/two');
  t.equal(settingsOf('2.1.9', v3, v2).configPath, '/two', 'each file by its own version');
  t.end();
});

t.test('no credential is kept', t => {
  const text = `version = 2
[plugins."io.containerd.grpc.v1.cri".registry.configs."r.example".auth]
username = "robot"
password = "s3cret"
[plugins."io.containerd.grpc.v1.cri".registry.configs."r.example".tls]
ca_file = "/ca.pem"
[plugins."io.containerd.grpc.v1.cri".registry.auths."https://r.example"]
auth = "s3cret"
[plugins."io.containerd.grpc.v1.cri".registry.headers]
X-Token = ["s3cret"]
`;
  const settings = settingsOf('1.7.24', text);
  t.notMatch(JSON.stringify(settings), /s3cret|robot/);
  t.same(settings.tls, { 'r.example': { caFile: '/ca.pem', certFile: '', keyFile: '', skipVerify: false } });
  t.same(settingsOf('2.1.9', text).localPullBy, ['registry.configs', 'registry.auths']);
  t.end();
});

t.test('the roots of certs.d follow the way in which images are pulled', t => {
  const list = v3.replace('/three', '/a:/b');
  const local = list.replace(
    '[plugins',
    "[plugins.'io.containerd.cri.v1.images']\nuse_local_image_pull = true\n[plugins",
  );
  const cases: [string, string, string[], boolean][] = [
    ['1.7.24', v2.replace('/two', '/a:/b'), ['/a', '/b'], false],
    ['2.0.5', list, ['/a', '/b'], false],
    ['2.1.9', list, ['/a:/b'], true],
    ['2.1.9', local, ['/a', '/b'], false],
    ['2.1.9', 'version = 3', [], false],
    ['2.2.3', 'version = 3', ['/etc/containerd/certs.d:/etc/docker/certs.d'], true],
    ['1.7.24', v2.replace('/two', ':/a'), ['/', '/a'], false],
  ];
  for (const [version, text, roots, whole] of cases)
    t.same(
      certsRoots(settingsOf(version, text), parseContainerdVersion(version)),
      { roots, whole },
      `${version} ${text}`,
    );
  t.end();
});

t.test('wrong types are named', t => {
  const images = "version = 3\n[plugins.'io.containerd.cri.v1.images']\n";
  const cases: [string, string][] = [
    [`${images}registry = 5`, 'registry'],
    [`${images}registry = {config_path = 5}`, 'config_path'],
    [`${images}registry = {mirrors = []}`, 'mirrors'],
    [`${images}registry = {mirrors = {a = {endpoint = "x"}}}`, 'mirrors'],
    [`${images}registry = {configs = {a = 5}}`, 'configs'],
    [`${images}registry = {auths = 1}`, 'auths'],
    [`${images}max_concurrent_downloads = "3"`, 'max_concurrent_downloads'],
    [`${images}discard_unpacked_layers = 1`, 'discard_unpacked_layers'],
  ];
  for (const [text, key] of cases) t.same(settingsOf('2.1.9', text).refused, [`${key} is of the wrong type`], text);
  const containerd = parseContainerdVersion('2.1.9');
  t.match(parseConfigFile('\nversion = "2"', 'f', containerd), { ok: false, line: 2 });
  t.match(parseConfigFile('imports = "x"', 'f', containerd), { ok: false, line: 1 });
  t.ok(settingsOf('2.1.9', 'version = 2\ndisabled_plugins = ["io.containerd.grpc.v1.cri"]').criDisabled);
  t.same(settingsOf('1.7.24', 'version = 2\n[plugins.cri]\n').refused, ['plugins.cri is no name of a plugin']);
  fc.assert(
    fc.property(fc.jsonValue(), value => {
      const table = { plugins: { 'io.containerd.cri.v1.images': { registry: value } }, disabled_plugins: value };
      const file = { file: 'f', version: 3, imports: [], table: table as Record<string, unknown>, lines: [] };
      return Array.isArray(registrySettings([file], containerd).refused);
    }),
  );
  t.end();
});
