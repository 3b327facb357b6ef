import { chmod } from 'node:fs/promises';
import { join } from 'node:path';
import t from 'tap';
import { NodeCredentials } from '../../../src/agent/credentials/node-credentials.ts';
import { parseImageRef } from '../../../src/model/image-ref.ts';
import { limits } from '../../../src/model/limits.ts';

const never = new AbortController().signal;

const containerd = {
  file: '/etc/containerd/config.toml',
  auths: ['mirror.test:5000', 'reg.test'].map(host => ({ host, username: 'own', secret: 'p' })),
};

const auths = (...keys: string[]): string =>
  JSON.stringify({ auths: Object.fromEntries(keys.map(key => [key, { username: key, password: 'p' }])) });

type Given = {
  crio?: boolean;
  pid?: number;
  kubelet?: string;
  sources?: { files: boolean; providers: boolean };
  proc?: object;
};

const asked = async (owner: Pick<typeof t, 'testdir'>, image: string, given: Given = {}) => {
  const { crio = false, pid = null, kubelet, sources = { files: true, providers: false }, proc = {} } = given;
  const hostRoot = owner.testdir({
    ...(kubelet === undefined ? {} : { var: { lib: { kubelet: { 'config.json': kubelet } } } }),
    ...proc,
  });
  const place = { hostRoot, kubelet: pid, containerd: crio ? null : containerd };
  const node = new NodeCredentials(place, sources);
  const parsed = parseImageRef(image);
  if (!parsed.ok) throw new Error(parsed.error);
  return node.of({ registry: parsed.ref.registry, image: parsed.ref }, never);
};

const sources = ({ tries }: { tries: readonly { source: string }[] }): string[] => tries.map(({ source }) => source);

t.test('without the kubelet’s, containerd’s own go to the very host of the request', async t => {
  const of = await asked(t, 'reg.test/app');
  t.same(sources(of('reg.test', false)), ['/etc/containerd/config.toml']);
  t.same(sources(of('mirror.test:5000', false)), ['/etc/containerd/config.toml']);
  for (const host of ['other.test', 'reg.test:5000', 'mirror.test', 'sub.reg.test'])
    t.same(of(host, false), { tries: [], withheld: [], faults: [] }, host);
});

t.test('a walk whose time is over has what the files say all the same', async t => {
  const place = { hostRoot: t.testdir({}), kubelet: null, containerd };
  const node = new NodeCredentials(place, { files: true, providers: true });
  const of = await node.of({ registry: 'reg.test', image: null }, AbortSignal.abort());
  t.same(sources(of('reg.test', false)), ['/etc/containerd/config.toml']);
});

t.test('CRI-O has none of containerd’s', async t => {
  const of = await asked(t, 'reg.test/app', { crio: true });
  t.same(of('reg.test', false).tries, []);
});

t.test('the kubelet’s go before them, to the registry’s own host alone', async t => {
  const of = await asked(t, 'reg.test/team/app', { kubelet: auths('reg.test', 'reg.test/team', 'other.test') });
  t.same(sources(of('reg.test', false)), ['/var/lib/kubelet/config.json', '/var/lib/kubelet/config.json']);
  t.equal(of('reg.test', false).tries[0]?.basic(), `Basic ${Buffer.from('reg.test/team:p').toString('base64')}`);
  t.equal(of('reg.test:443', false).tries.length, 2, 'with its port written out');
  t.equal(of('reg.test:443', true).tries.length, 0, 'which is another port of plain HTTP');
  const elsewhere = of('mirror.test:5000', false);
  t.same(elsewhere, { tries: [], withheld: ['/var/lib/kubelet/config.json'], faults: [] }, 'not to a mirror');
});

t.test('Docker Hub’s own host is registry-1', async t => {
  const of = await asked(t, 'nginx', { kubelet: auths('https://index.docker.io/v1/') });
  t.equal(of('registry-1.docker.io', false).tries.length, 1);
  t.equal(of('mirror.test:5000', false).tries.length, 0);
});

t.test('no more are tried than a walk may ask for', async t => {
  const keys = Array.from({ length: 9 }, (_, at) => `reg.test/${'team/app'.slice(0, at)}`);
  const of = await asked(t, 'reg.test/team/app', { kubelet: auths(...keys) });
  t.equal(of('reg.test', false).tries.length, limits.credentialTries);
});

t.test('switched off, the node has none', async t => {
  const off = { files: false, providers: false };
  const of = await asked(t, 'reg.test/app', { kubelet: auths('reg.test'), sources: off });
  t.same(of('reg.test', false), { tries: [], withheld: [], faults: [] });
});

t.test('plugins are run only when switched on, and what fails is told for the registry’s own host', async t => {
  const proc = {
    proc: {
      7: {
        comm: 'kubelet\n',
        cmdline: 'kubelet\0--image-credential-provider-config=/cp.json\0--image-credential-provider-bin-dir=/bin\0',
        environ: 'PATH=/usr/bin:/bin\0',
        cwd: t.fixture('symlink', '/'),
      },
    },
    'cp.json': JSON.stringify({
      ...{ kind: 'CredentialProviderConfig', apiVersion: 'kubelet.config.k8s.io/v1' },
      providers: [
        {
          ...{ name: 'plugin', apiVersion: 'credentialprovider.kubelet.k8s.io/v1', matchImages: ['reg.test'] },
          defaultCacheDuration: '1h',
        },
      ],
    }),
    bin: { plugin: '#!/bin/sh\nexit 4\n' },
  };
  const off = await asked(t, 'reg.test/app', { proc, pid: 7 });
  t.same(off('reg.test', false).faults, []);
  const on = await asked(t, 'reg.test/app', { proc, pid: 7, sources: { files: true, providers: true } });
  t.match(on('reg.test', false).faults, [/^plugin: cannot be run/]);
  await chmod(join(t.testdirName, 'bin/plugin'), 0o755);
  const again = await asked(t, 'other.test/app', { sources: { files: true, providers: true } });
  t.match(again('other.test', false).faults, [/without credential provider plugins/]);
});
