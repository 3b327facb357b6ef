import t from 'tap';
import { openNode } from '../../../src/agent/check/node.ts';
import { parseTarget } from '../../../src/agent/check/target.ts';
import { isSound, walkTarget } from '../../../src/agent/check/walk.ts';
import type { Walk } from '../../../src/model/walk.ts';
import { closedPort, http } from '../probe/stand.ts';

const how = { signal: new AbortController().signal, pull: false };

const bareNode = async (t: Tap) => {
  const hostRoot = t.testdir({ etc: { hosts: '127.0.0.1 reg.test\n' } });
  const node = await openNode({ hostRoot, criSocket: '/not/there.sock', nodeName: 'n1' }, how.signal);
  t.teardown(() => node.client.close());
  return node;
};
type Tap = Pick<typeof t, 'testdir' | 'teardown'>;

t.test('a target is walked and judged; the registry’s own configuration is part of it', async t => {
  const registry = `reg.test:${await closedPort()}`;
  const walk = await walkTarget(parseTarget(`${registry}/app:v1`), await bareNode(t), how);
  t.match(walk, { registry, image: `${registry}/app:v1`, hosts: [{ role: 'upstream', source: 'default' }] });
  t.ok(walk.findings.some(({ cause }) => cause === 'network-unreachable'));
  for (const id of ['config.containerd', 'config.hosts-toml', 'node.clock', 'runtime.cri'])
    t.ok(
      walk.checks.some(check => check.id === id),
      id,
    );
  t.notOk(isSound(walk));
});

t.test('a reference that does not parse is answered without a walk', async t => {
  const walk = await walkTarget(parseTarget('reg.test/App:v1'), await bareNode(t), how);
  t.match(walk, { hosts: [], findings: [{ cause: 'image-name-invalid', severity: 'error' }] });
});

t.test('sound is only what was tested and passed', t => {
  const walk: Walk = { target: 'x', registry: 'x', hosts: [], checks: [], findings: [], startedAt: 0, ms: 0 };
  const check = { id: 'tls.chain', stage: 'tls', ms: 0, detail: '' } as const;
  t.ok(isSound(walk));
  t.ok(isSound({ ...walk, checks: [{ ...check, outcome: 'skip', code: 'not-needed' }] }));
  for (const code of ['cancelled', 'request-budget', 'proxy-socks', 'credentials-withheld'])
    t.notOk(isSound({ ...walk, checks: [{ ...check, outcome: 'skip', code }] }), code);
  t.notOk(isSound({ ...walk, checks: [{ ...check, outcome: 'fail', code: 'tls-expired' }] }));
  const pull = { image: 'x', at: 0, ms: 0, cause: null, message: null };
  t.ok(isSound({ ...walk, pull: { ...pull, outcome: 'pulled' } }));
  t.notOk(isSound({ ...walk, pull: { ...pull, outcome: 'failed' } }));
  t.end();
});

t.test('a name whose IPv6 is broken while IPv4 works is a warning, and the walk goes on', async t => {
  const port = await http(t, (_request, response) => response.end('{}'));
  // The server listens on IPv4 alone, so that ::1 refuses.
  const hostRoot = t.testdir({
    etc: {
      hosts: '::1 both.test\n127.0.0.1 both.test\n',
      containerd: {
        'config.toml': 'version = 2\n[plugins."io.containerd.grpc.v1.cri".registry]\nconfig_path = "/certs.d"\n',
      },
    },
    'certs.d': { [`both.test_${port}_`]: { 'hosts.toml': `server = "http://both.test:${port}"\n` } },
  });
  const node = await openNode({ hostRoot, criSocket: '/not/there.sock', nodeName: 'n1' }, how.signal);
  t.teardown(() => node.client.close());
  const walk = await walkTarget(parseTarget(`both.test:${port}`), node, how);
  const connects = walk.hosts[0]?.checks.filter(({ id }) => id === 'tcp.connect') ?? [];
  t.same(connects.map(({ facts, outcome }) => [facts?.['address'], outcome]).sort(), [
    ['127.0.0.1', 'pass'],
    ['::1', 'fail'],
  ]);
  t.match(
    walk.hosts[0]?.checks.find(({ id }) => id === 'registry.ping'),
    { outcome: 'pass' },
  );
  const ofNetwork = walk.findings.filter(({ evidence }) => evidence.includes('tcp.connect'));
  t.match(ofNetwork, [{ severity: 'warning', cause: 'network-unreachable' }]);
  t.equal(ofNetwork.length, 1);
});

t.test(
  'nothing that counts as a pull is asked of Docker Hub, whether the node has credentials or not, found or not',
  async t => {
    const asked: string[] = [];
    const port = await http(t, (request, response) => {
      const { method, url = '', headers } = request;
      asked.push(`${method} ${url}`);
      if (url.startsWith('/token')) return void response.end('{"token":"t","access_token":"t"}');
      const realm = `http://registry-1.docker.io:${port}/token`;
      if (headers.authorization === undefined)
        return void response.writeHead(401, { 'www-authenticate': `Bearer realm="${realm}"` }).end();
      response.writeHead(url.includes('/missing') ? 404 : 200, { 'ratelimit-remaining': '7;w=21600' }).end();
    });
    const auths = { 'https://index.docker.io/v1/': { username: 'me', password: 'p' } };
    const hostRoot = t.testdir({
      etc: {
        hosts: '127.0.0.1 registry-1.docker.io\n',
        containerd: {
          'config.toml': 'version = 2\n[plugins."io.containerd.grpc.v1.cri".registry]\nconfig_path = "/certs.d"\n',
        },
      },
      'certs.d': { 'docker.io': { 'hosts.toml': `server = "http://registry-1.docker.io:${port}"\n` } },
      var: { lib: { kubelet: { 'config.json': JSON.stringify({ auths }) } } },
    });
    for (const files of [true, false])
      for (const image of ['nginx:1.25', 'team/missing:v1']) {
        asked.length = 0;
        const given = {
          hostRoot,
          criSocket: '/not/there.sock',
          nodeName: 'n1',
          credentials: { files, providers: false },
        };
        const node = await openNode(given, how.signal);
        const walk = await walkTarget(parseTarget(image), node, how);
        node.client.close();
        const checks = walk.hosts[0]?.checks ?? [];
        t.ok(
          asked.some(line => line.startsWith('HEAD /v2/') && line.includes('/manifests/')),
          'the manifest by HEAD',
        );
        t.same(
          asked.filter(line => line.startsWith('GET') && line.includes('/manifests/')),
          [],
          'and never by GET',
        );
        t.notOk(
          asked.some(line => line.startsWith('POST')),
          'its credentials are not for another port',
        );
        t.ok(asked.length <= 12, `${asked.length} requests`);
        if (image === 'nginx:1.25')
          for (const id of ['registry.platform', 'registry.blob'])
            t.match(
              checks.find(check => check.id === id),
              { outcome: 'skip', code: 'costs-a-pull' },
            );
      }
  },
);
