import t from 'tap';
import { readCrioHosts } from '../../../src/agent/node-config/read-crio-hosts.ts';
import { readRegistryHosts } from '../../../src/agent/node-config/read-registry-hosts.ts';
import { parseImageRef } from '../../../src/model/image-ref.ts';
import { writeTree } from './tree.ts';

const signal = new AbortController().signal;
const conf = '/etc/containers/registries.conf';
const imageOf = (text: string) => {
  const parsed = parseImageRef(text);
  if (!parsed.ok) throw new Error(parsed.error);
  return { text, ref: parsed.ref };
};

type Case = { name: string; image?: string; files: Record<string, string | null>; hosts: string[]; problems: string[] };

const mirror = '[[registry]]\nlocation = "a.test"\n[[registry.mirror]]\nlocation = "m.test/x"\n';

const cases: Case[] = [
  {
    name: 'no file',
    image: 'docker.io/app',
    files: {},
    hosts: ['upstream https://registry-1.docker.io/v2 library/app'],
    problems: [],
  },
  {
    name: 'a mirror with another repository',
    image: 'a.test/app:v1',
    files: { [conf]: mirror },
    hosts: ['mirror https://m.test/v2 x/app', 'upstream https://a.test/v2 app'],
    problems: [],
  },
  {
    name: 'a registry as a whole',
    files: { [conf]: mirror },
    hosts: ['mirror https://m.test/v2', 'upstream https://a.test/v2'],
    problems: [],
  },
  {
    name: 'a short name that may be in two registries',
    image: 'app',
    files: { [conf]: 'unqualified-search-registries = ["a.test", "b.test"]' },
    hosts: ['upstream https://a.test/v2 app', 'upstream https://b.test/v2 app'],
    problems: [],
  },
  {
    name: 'a short name that nothing explains',
    image: 'app',
    files: {},
    hosts: [],
    problems: ['short-name-unresolved pull-fails'],
  },
  {
    name: 'a blocked registry with a mirror',
    image: 'a.test/app',
    files: { [conf]: mirror.replace('\n[[registry.mirror', '\nblocked = true\n[[registry.mirror') },
    hosts: ['mirror https://m.test/v2 x/app'],
    problems: ['registry-blocked pull-fails'],
  },
  {
    name: 'a mirror whose certificates are broken is passed over',
    image: 'a.test/app',
    files: {
      [conf]: mirror,
      '/etc/containers/certs.d/m.test/c.cert': 'x',
      '/etc/containers/certs.d/m.test/c.key': 'x',
    },
    hosts: ['upstream https://a.test/v2 app'],
    problems: ['client-cert-invalid ignored'],
  },
  {
    name: 'a CA without PEM is passed over itself',
    image: 'a.test/app',
    files: { '/etc/docker/certs.d/a.test/c.crt': 'x' },
    hosts: ['upstream https://a.test/v2 app'],
    problems: ['ca-invalid ignored'],
  },
  {
    name: 'a broken file',
    image: 'a.test/app',
    files: { [conf]: 'x' },
    hosts: [],
    problems: ['config-invalid pull-fails'],
  },
  {
    name: 'a location that makes no name',
    image: 'a.test/app',
    files: { [conf]: mirror.replace('m.test/x', 'm.test/X') },
    hosts: [],
    problems: ['host-url-unusable pull-fails'],
  },
];

for (const { name, image, files, hosts, problems } of cases)
  t.test(name, async t => {
    const hostRoot = t.testdir();
    await writeTree(hostRoot, files);
    const asked = image === undefined ? null : imageOf(image);
    const found = await readCrioHosts(asked?.ref.registry ?? 'a.test', { hostRoot, image: asked, signal });
    t.same(
      found.hosts.map(({ role, url, repository }) =>
        [role, url, repository].filter(part => part !== undefined).join(' '),
      ),
      hosts,
    );
    t.same(
      found.problems.map(({ code, effect }) => `${code} ${effect}`),
      problems,
    );
  });

t.test('the socket tells which rules are followed', async t => {
  const hostRoot = t.testdir();
  await writeTree(hostRoot, { [conf]: mirror, '/etc/containers/certs.d/a.test': null });
  const options = { hostRoot, runtimeVersion: '', signal };
  const crio = await readRegistryHosts('a.test', { ...options, criSocket: 'unix:///run/crio/crio.sock' });
  t.match(crio, { runtime: 'cri-o', directory: '/etc/containers/certs.d/a.test', hosts: [{ role: 'mirror' }, {}] });
  const containerd = await readRegistryHosts('a.test', {
    ...options,
    criSocket: 'unix:///run/containerd/containerd.sock',
  });
  t.match(containerd, { directory: null, hosts: [{ url: 'https://a.test/v2' }] });
});
