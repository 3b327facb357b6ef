import { createHash } from 'node:crypto';
import t, { type Test } from 'tap';
import { readFingerprint } from '../../../src/agent/node-config/read-fingerprint.ts';
import type { FingerprintNode } from '../../../src/agent/node-config/read-fingerprint.ts';
import type { RuntimeProxy } from '../../../src/agent/node-config/read-proxy.ts';
import { writeTree } from './tree.ts';

const section = '[plugins."io.containerd.grpc.v1.cri".registry]\n';
const pem = (body: string): string => `-----BEGIN CERTIFICATE-----\n${body}\n-----END CERTIFICATE-----\n`;
const files = {
  '/etc/containerd/config.toml': `version = 2\n${section}config_path = "/etc/containerd/certs.d"\n`,
  '/etc/containerd/certs.d/a.test:5000/hosts.toml': 'ca = "ca.pem"\n[host."https://m.test"]\n',
  '/etc/containerd/certs.d/a.test:5000/ca.pem': pem('AAAA'),
  '/etc/resolv.conf': 'nameserver 192.0.2.53\n',
};
const proxy: RuntimeProxy = {
  environment: { HTTPS_PROXY: 'http://user:hunter2@proxy.test:3128', NO_PROXY: '.test' },
  source: 'process',
  differing: [],
};

type Given = Partial<FingerprintNode> & { files?: Record<string, string | null> };

const printOf = async (t: Test, given: Given = {}) => {
  const hostRoot = t.testdir();
  await writeTree(hostRoot, { ...files, ...given.files });
  const node = { hostRoot, criSocket: '', runtimeVersion: '1.7.24', proxy, bundle: { pems: [pem('BBBB')] } };
  return readFingerprint({ ...node, ...given, hostRoot }, new AbortController().signal);
};

t.test(
  'every setting that decides has a hash under its name, and what may be shared is told without passwords',
  async t => {
    const { fingerprint, traits } = await printOf(t);
    t.same(Object.keys(fingerprint).sort(), [
      'ca:a.test:5000',
      'containerd-config',
      'hosts:a.test:5000',
      'proxy:HTTPS_PROXY',
      'proxy:NO_PROXY',
      'resolv.conf',
      'system-cas',
    ]);
    for (const [name, hash] of Object.entries(fingerprint)) t.match(hash, /^[0-9a-f]{64}$/, name);
    const hosts = files['/etc/containerd/certs.d/a.test:5000/hosts.toml'];
    t.equal(
      fingerprint['hosts:a.test:5000'],
      createHash('sha256').update(hosts).digest('hex'),
      'as sha256sum prints it',
    );
    const { subnet = '0.0.0.0/0', ...told } = traits;
    t.match(subnet, /^[\d.]+\/\d+$/, 'of the machine that this runs on, where it has a default route');
    t.same(told, { nameservers: '192.0.2.53', 'registry-config': 'config_path', proxy: 'http://proxy.test:3128' });
    t.notMatch(JSON.stringify({ fingerprint, traits }), /hunter2/);
  },
);

const changes: { name: string; given: Given; differs: string[] }[] = [
  { name: 'nothing', given: {}, differs: [] },
  {
    name: 'another mirror',
    given: { files: { '/etc/containerd/certs.d/a.test:5000/hosts.toml': 'ca = "ca.pem"\n[host."https://n.test"]\n' } },
    differs: ['hosts:a.test:5000'],
  },
  {
    name: 'hosts.toml that cannot be read',
    given: { files: { '/etc/containerd/certs.d/a.test:5000/hosts.toml': null } },
    differs: ['ca:a.test:5000', 'hosts:a.test:5000'],
  },
  {
    name: 'another CA',
    given: { files: { '/etc/containerd/certs.d/a.test:5000/ca.pem': pem('CCCC') } },
    differs: ['ca:a.test:5000'],
  },
  {
    name: 'a comment in a CA file and other line ends',
    given: {
      files: { '/etc/containerd/certs.d/a.test:5000/ca.pem': `# our CA\n${pem('AAAA').replaceAll('\n', '\r\n')}` },
    },
    differs: [],
  },
  {
    name: 'the same settings with comments',
    given: {
      files: {
        '/etc/containerd/config.toml': `# mine\n${section}config_path = "/etc/containerd/certs.d" # x\n`.replace(
          /^/,
          'version = 2\n',
        ),
      },
    },
    differs: [],
  },
  {
    name: 'a drop-in',
    given: {
      files: {
        '/etc/containerd/config.toml': `version = 2\nimports = ["d.toml"]\n${section}config_path = "/etc/containerd/certs.d"\n`,
        '/etc/containerd/d.toml': 'version = 2\noom_score = 5\n',
      },
    },
    differs: ['containerd-config'],
  },
  {
    name: 'a comment in resolv.conf',
    given: { files: { '/etc/resolv.conf': '# made by dhcp\nnameserver   192.0.2.53\n\n' } },
    differs: [],
  },
  {
    name: 'another nameserver',
    given: { files: { '/etc/resolv.conf': 'nameserver 192.0.2.54\n' } },
    differs: ['resolv.conf'],
  },
  {
    name: 'an option of the resolver',
    given: { files: { '/etc/resolv.conf': 'nameserver 192.0.2.53\noptions ndots:5\n' } },
    differs: ['resolv.conf'],
  },
  {
    name: 'one CA more in the system',
    given: { bundle: { pems: [pem('BBBB'), pem('DDDD')] } },
    differs: ['system-cas'],
  },
  { name: 'the system’s CAs twice', given: { bundle: { pems: [pem('BBBB'), pem('BBBB')] } }, differs: [] },
  {
    name: 'another password at the proxy, written in small letters',
    given: {
      proxy: { ...proxy, environment: { https_proxy: 'http://user:hunter3@proxy.test:3128', NO_PROXY: '.test' } },
    },
    differs: [],
  },
  {
    name: 'another user at the proxy',
    given: {
      proxy: { ...proxy, environment: { HTTPS_PROXY: 'http://other:hunter2@proxy.test:3128', NO_PROXY: '.test' } },
    },
    differs: ['proxy:HTTPS_PROXY'],
  },
];

for (const { name, given, differs } of changes)
  t.test(`${name}: ${differs.join(', ') || 'no hash'} differs`, async t => {
    const [before, after] = [(await printOf(t)).fingerprint, (await printOf(t, given)).fingerprint];
    const names = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort();
    t.same(
      names.filter(one => before[one] !== after[one]),
      differs,
    );
  });

t.test('a password in the runtime’s configuration is no part of its hash, the user is', async t => {
  const auth = (user: string, password: string): Given => ({
    files: {
      '/etc/containerd/config.toml': `version = 2\n[plugins."io.containerd.grpc.v1.cri".registry.configs."a.test".auth]\nusername = "${user}"\npassword = "${password}"\n`,
    },
  });
  const hash = async (given: Given): Promise<unknown> => (await printOf(t, given)).fingerprint['containerd-config'];
  const one = await hash(auth('me', 'hunter2'));
  t.equal(await hash(auth('me', 'hunter3')), one, 'a weak one could be guessed by who reads reports');
  t.not(await hash(auth('you', 'hunter2')), one);
});

t.test('a node with CRI-O has its own files compared', async t => {
  const conf = '[[registry]]\nlocation = "a.test"\n[[registry.mirror]]\nlocation = "m.test"\n';
  const crio = (text: string): Given => ({
    criSocket: 'unix:///run/crio/crio.sock',
    files: { '/etc/containers/registries.conf': text, '/etc/containers/certs.d/m.test/ca.crt': pem('AAAA') },
  });
  const [one, moved, other] = [
    await printOf(t, crio(conf)),
    await printOf(t, crio(`# more\n${conf}`)),
    await printOf(t, crio(conf.replace('m.test', 'n.test'))),
  ];
  t.same(Object.keys(one.fingerprint).sort(), [
    ...[
      'ca:a.test',
      'ca:m.test',
      'proxy:HTTPS_PROXY',
      'proxy:NO_PROXY',
      'registries-conf',
      'resolv.conf',
      'system-cas',
    ],
  ]);
  t.equal(one.traits['registry-config'], 'registries.conf');
  t.same(moved.fingerprint, one.fingerprint);
  t.not(other.fingerprint['registries-conf'], one.fingerprint['registries-conf']);
});

t.test('a node without any of the files has hashes all the same', async t => {
  const node = { hostRoot: t.testdir(), criSocket: '', runtimeVersion: '', bundle: { pems: [] } };
  const none: RuntimeProxy = { environment: {}, source: 'none', differing: [] };
  const found = await readFingerprint({ ...node, proxy: none }, new AbortController().signal);
  t.same(Object.keys(found.fingerprint).sort(), ['containerd-config', 'resolv.conf', 'system-cas']);
  t.match(found.traits, { nameservers: '127.0.0.1, ::1', 'registry-config': 'default', proxy: undefined });
});
