import t from 'tap';
import { openNode } from '../../../src/agent/check/node.ts';
import { SystemBundle } from '../../../src/agent/probe/system-bundle.ts';

t.test('the node’s files are read below its root; a runtime that is down is one of its checks', async t => {
  const hostRoot = t.testdir({ etc: { 'resolv.conf': 'nameserver 192.0.2.5\n', hosts: '192.0.2.6 reg.test\n' } });
  const given = { hostRoot, criSocket: '/not/there.sock', nodeName: 'n1' };
  const node = await openNode(given, new AbortController().signal);
  t.teardown(() => node.client.close());
  t.equal(node.name, 'n1');
  t.same(node.resolver.conf.nameservers, ['192.0.2.5']);
  t.match(node.resolver.known('reg.test'), { addresses: ['192.0.2.6'] });
  t.equal(node.runtimeVersion, '');
  t.same(
    node.checks.map(({ id }) => id),
    ['runtime.cri', 'node.disk', 'config.proxy'],
  );
  t.match(node.checks[0], { outcome: 'fail', code: 'cri-unavailable' });
});

t.test('the system’s CAs that were read before are taken as long as they are the same', async t => {
  const hostRoot = t.testdir({ etc: { ssl: { certs: { 'ca-certificates.crt': 'one' } } } });
  const given = { hostRoot, criSocket: '/not/there.sock', nodeName: 'n1', bundle: new SystemBundle(hostRoot) };
  const open = async () => {
    const node = await openNode(given, new AbortController().signal);
    node.client.close();
    return node.bundle;
  };
  const first = await open();
  t.same(first.pems, ['one']);
  t.equal(await open(), first);
});

t.test('containerd’s configuration is read once, and its credentials are those of the walks', async t => {
  const auth =
    '[plugins."io.containerd.grpc.v1.cri".registry.configs."reg.test".auth]\nusername = "u"\npassword = "p"\n';
  const hostRoot = t.testdir({ etc: { containerd: { 'config.toml': `version = 2\n${auth}` } } });
  const credentialsAt = async (criSocket: string) => {
    const node = await openNode({ hostRoot, criSocket, nodeName: 'n1' }, new AbortController().signal);
    node.client.close();
    const of = await node.credentials.of({ registry: 'reg.test', image: null }, new AbortController().signal);
    return of('reg.test', false).tries.map(({ source }) => source);
  };
  t.same(await credentialsAt('/not/there.sock'), ['/etc/containerd/config.toml']);
  t.same(await credentialsAt('/run/crio/crio.sock'), [], 'CRI-O does not read it');
});
