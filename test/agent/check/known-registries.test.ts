import t from 'tap';
import { knownRegistries } from '../../../src/agent/check/known-registries.ts';
import { CriClient } from '../../../src/agent/cri/client.ts';

t.test('the directories of the node’s own config_path are known, also while the runtime is down', async t => {
  const config = 'version = 2\n[plugins."io.containerd.grpc.v1.cri".registry]\n  config_path = "/etc/certs"\n';
  const hostRoot = t.testdir({
    etc: { containerd: { 'config.toml': config }, certs: { 'b.test': {}, _default: {}, 'a.test_50_': {} } },
  });
  const criSocket = 'unix:///not/there.sock';
  const client = new CriClient(criSocket);
  t.teardown(() => client.close());
  const place = { hostRoot, criSocket, runtimeVersion: '1.7.24' };
  t.same(await knownRegistries(place, client, new AbortController().signal), ['a.test:50', 'b.test']);
});
