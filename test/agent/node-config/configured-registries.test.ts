import t from 'tap';
import { configuredRegistries, registryOfDirectory } from '../../../src/agent/node-config/configured-registries.ts';
import { writeTree } from './tree.ts';

t.test('a directory of certs.d names its registry', t => {
  t.equal(registryOfDirectory('reg.test:5000'), 'reg.test:5000');
  t.equal(registryOfDirectory('reg.test_5000_'), 'reg.test:5000');
  t.equal(registryOfDirectory('docker.io'), 'docker.io');
  t.equal(registryOfDirectory('_default'), '_default');
  for (const name of ['.git', 'a b', '', '_x']) t.equal(registryOfDirectory(name), null, name);
  t.end();
});

t.test('of CRI-O, hosts with an entry or with certificates are named', async t => {
  const hostRoot = t.testdir();
  await writeTree(hostRoot, {
    '/etc/containers/registries.conf': '[[registry]]\nlocation = "b.test/x"\n[[registry]]\nprefix = "*.c.test"\n',
    '/etc/containers/certs.d/a.test:5000': null,
    '/etc/docker/certs.d/d.test': null,
  });
  const place = { hostRoot, criSocket: 'unix:///run/crio/crio.sock', runtimeVersion: '1.30.0' };
  t.same(await configuredRegistries(place, new AbortController().signal), ['a.test:5000', 'b.test', 'd.test']);
});

t.test('each registry with a directory below any part of config_path is named once, files are not', async t => {
  const hostRoot = t.testdir();
  const section = '[plugins."io.containerd.grpc.v1.cri".registry]\n';
  await writeTree(hostRoot, {
    '/etc/containerd/config.toml': `version = 2\n${section}config_path = "/etc/first:/etc/second"\n`,
    '/etc/first/b.test/hosts.toml': '',
    '/etc/first/README': '',
    '/etc/first/linked.test': '-> /etc/elsewhere',
    '/etc/second/b.test/hosts.toml': '',
    '/etc/second/a.test_50_': null,
    '/etc/second/_default': null,
  });
  const place = { hostRoot, criSocket: '', runtimeVersion: '1.7.24' };
  const found = await configuredRegistries(place, new AbortController().signal);
  t.same(found, ['_default', 'a.test:50', 'b.test', 'linked.test']);
});
