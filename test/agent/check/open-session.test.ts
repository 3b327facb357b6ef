import t from 'tap';
import { openNode } from '../../../src/agent/check/node.ts';
import { openPath, openSession } from '../../../src/agent/check/open-session.ts';
import { parseImageRef } from '../../../src/model/image-ref.ts';

const { signal } = new AbortController();

/** The sessions of the path to an image, on a node with these files. */
const sessionsOf = async (owner: Pick<typeof t, 'testdir'>, files: object, criSocket: string, image: string) => {
  const node = await openNode({ hostRoot: owner.testdir({ ...files }), criSocket, nodeName: 'n1' }, signal);
  node.client.close();
  const parsed = parseImageRef(image);
  if (!parsed.ok) throw new Error(parsed.error);
  const asked = { registry: parsed.ref.registry, image: { text: image, ref: parsed.ref } };
  const path = await openPath(asked, node, { signal, deadline: signal });
  return Promise.all(path.found.hosts.map(host => openSession(host, path, node)));
};

t.test('a session for each host of the path: where it asks, as whom, and out of one budget', async t => {
  const auth =
    '[plugins."io.containerd.grpc.v1.cri".registry.configs."reg.test".auth]\nusername = "u"\npassword = "p"\n';
  const config = `version = 2\n[plugins."io.containerd.grpc.v1.cri".registry]\nconfig_path = "/etc/certs"\n${auth}`;
  const hosts = '[host."https://mirror.test:5000/x"]\nskip_verify = true\n';
  const etc = { containerd: { 'config.toml': config }, certs: { 'reg.test': { 'hosts.toml': hosts } } };
  const [mirror, own, ...others] = await sessionsOf(t, { etc }, '/not/there.sock', 'reg.test/team/app:1');
  t.same(others, []);
  t.equal(mirror?.url('team/app/manifests/1').href, 'https://mirror.test:5000/x/v2/team/app/manifests/1?ns=reg.test');
  t.equal(mirror?.way.skipVerify, true);
  t.same(mirror?.untried, [], 'the registry’s credentials are not for its mirror');
  t.equal(own?.url('team/app/manifests/1').href, 'https://reg.test/v2/team/app/manifests/1');
  t.same(
    own?.untried.map(({ source }) => source),
    ['/etc/containerd/config.toml'],
  );
  t.equal(own?.way.skipVerify, false);
});

t.test('CRI-O asks a mirror by the name that its configuration has, and does not say for whom', async t => {
  const conf =
    '[[registry]]\nprefix = "reg.test/team"\nlocation = "reg.test/team"\n[[registry.mirror]]\nlocation = "mirror.test/copy"\n';
  const etc = { containers: { 'registries.conf': conf } };
  const [mirror, own] = await sessionsOf(t, { etc }, '/run/crio/crio.sock', 'reg.test/team/app:1');
  t.equal(mirror?.image?.repository, 'copy/app');
  t.equal(mirror?.url('x').href, 'https://mirror.test/v2/x');
  t.equal(own?.image?.repository, 'team/app');
});
