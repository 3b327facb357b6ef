import t from 'tap';
import { openProbedNode } from '../../../src/agent/check/probed-node.ts';

t.test('without a runtime the node’s own files are read, and a registry is walked by its very name', async t => {
  const hostRoot = t.testdir({
    etc: {
      'resolv.conf': '',
      hosts: '127.0.0.1 registry\n',
      containerd: { 'config.toml': 'version = 2\n', 'certs.d': { 'a.test_50_': {} } },
    },
  });
  const { signal } = new AbortController();
  const given = { hostRoot, criSocket: '/not/there.sock', nodeName: 'n1', client: null };
  const node = await openProbedNode(given, signal);
  t.teardown(() => node.close());
  t.equal(node.runtimeAnswers, false);
  t.same(
    node.checks.map(({ id }) => id).filter(id => id === 'node.disk' || id === 'runtime.cri'),
    ['node.disk'],
    'the runtime’s own check is not repeated',
  );
  t.ok(Array.isArray(await node.registries(signal)));
  t.match((await node.settings(signal)).fingerprint, { 'resolv.conf': /^[0-9a-f]{64}$/ });
  const walk = await node.walk({ registry: 'registry', image: null }, signal);
  t.match(walk, { target: 'registry', registry: 'registry', hosts: [{ host: 'registry', role: 'upstream' }] });
  const image = await node.walk({ registry: 'registry', image: 'registry/app:1' }, signal);
  t.match(image, { target: 'registry/app:1', image: 'registry/app:1', registry: 'registry' });
});
