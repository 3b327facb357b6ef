import t from 'tap';
import { parseConfigFile } from '../../src/parse/containerd-config.ts';
import { parseContainerdVersion } from '../../src/parse/containerd-version.ts';
import { registryAuths } from '../../src/parse/registry-auth.ts';

const read = (text: string, version: string) => {
  const parsed = parseConfigFile(text, '/etc/containerd/config.toml', parseContainerdVersion(version));
  if (!parsed.ok) throw new Error(parsed.reason);
  return registryAuths([parsed.config], parseContainerdVersion(version));
};

const v2 = `version = 2
[plugins."io.containerd.grpc.v1.cri".registry.configs."reg.test".auth]
  username = "me"
  password = "pass"
[plugins."io.containerd.grpc.v1.cri".registry.configs."token.test".auth]
  identitytoken = "refresh"
[plugins."io.containerd.grpc.v1.cri".registry.configs."coded.test".auth]
  auth = "${Buffer.from('me:coded\0').toString('base64')}"
[plugins."io.containerd.grpc.v1.cri".registry.configs."bad.test".auth]
  auth = "nothing"
[plugins."io.containerd.grpc.v1.cri".registry.auths."https://old.test".auth]
  nothing = 1
[plugins."io.containerd.grpc.v1.cri".registry.auths."https://old.test"]
  username = "old"
  password = "p"
`;

t.test('containerd’s credentials by the host of the request, in its order of the fields', t => {
  t.same(read(v2, 'v1.7.24'), [
    { host: 'reg.test', username: 'me', secret: 'pass' },
    { host: 'token.test', username: '', secret: 'refresh' },
    { host: 'coded.test', username: 'me', secret: 'coded' },
    { host: 'old.test', username: 'old', secret: 'p' },
  ]);
  t.same(
    read(v2, 'v2.1.9').map(({ host }) => host),
    ['reg.test', 'token.test', 'coded.test', 'old.test'],
    'and 2.x reads a file of version 2 as well',
  );
  t.end();
});

t.test('a section that this version does not look at gives none, and wrong types give none', t => {
  const v3 = `version = 3
[plugins.'io.containerd.cri.v1.images'.registry.configs."reg.test".auth]
username = "me"
password = 5
`;
  t.same(read(v3, 'v2.1.9'), [{ host: 'reg.test', username: 'me', secret: '' }]);
  t.throws(() => read(v3, 'v1.7.24'), 'a file of a later version stops it');
  t.same(read('version = 2\n', 'v1.7.24'), []);
  t.end();
});
