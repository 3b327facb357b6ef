import t from 'tap';
import { readProxy } from '../../../src/agent/node-config/read-proxy.ts';
import { writeTree } from './tree.ts';

const { signal } = new AbortController();
const unit = '/usr/lib/systemd/system/containerd.service';

t.test('a running process tells its proxy, and the unit what a restart would change', async t => {
  const hostRoot = t.testdir();
  await writeTree(hostRoot, {
    '/proc/12/comm': 'containerd\n',
    '/proc/12/environ': 'PATH=/bin\0HTTPS_PROXY=http://u:p@old:1\0NO_PROXY=a\0',
    '/proc/13/comm': 'containerd-shim\n',
    [unit]: '[Service]\nEnvironment=HTTPS_PROXY=http://new:1 NO_PROXY=a\n',
  });
  t.same(await readProxy({ hostRoot, pid: 12, signal }), {
    environment: { HTTPS_PROXY: 'http://u:p@old:1', NO_PROXY: 'a' },
    source: 'process',
    differing: ['HTTPS_PROXY'],
  });
});

t.test('without a process, the unit, its drop-ins and environment files count', async t => {
  const hostRoot = t.testdir();
  await writeTree(hostRoot, {
    [unit]:
      '[Service]\nEnvironment=HTTP_PROXY=http://vendor:1 HTTPS_PROXY=http://vendor:1\nEnvironmentFile=-/etc/none\n',
    '/etc/systemd/system/containerd.service.d/10-proxy.conf': '[Service]\nEnvironment=HTTPS_PROXY=http://own:1\n',
    '/usr/lib/systemd/system/containerd.service.d/10-proxy.conf':
      '[Service]\nEnvironment=HTTPS_PROXY=http://hidden:1\n',
    '/etc/systemd/system/containerd.service.d/20.conf': '[Service]\nEnvironmentFile=/etc/default/proxy\n',
    '/etc/systemd/system/containerd.service.d/note.txt': '[Service]\nEnvironment=HTTPS_PROXY=http://text:1\n',
    '/etc/default/proxy': 'NO_PROXY="a,b"\nOTHER=1\n',
  });
  t.same(await readProxy({ hostRoot, pid: null, signal }), {
    environment: { HTTP_PROXY: 'http://vendor:1', HTTPS_PROXY: 'http://own:1', NO_PROXY: 'a,b' },
    source: 'unit',
    differing: [],
  });
});

t.test('k3s has its own unit; of several processes the one that is meant counts', async t => {
  const hostRoot = t.testdir();
  await writeTree(hostRoot, {
    '/proc/1/comm': 'containerd\n',
    '/proc/1/environ': 'HTTPS_PROXY=http://one:1\0',
    '/proc/2/comm': 'containerd\n',
    '/proc/2/environ': 'HTTPS_PROXY=http://two:1\0',
    '/etc/systemd/system/k3s.service': '[Service]\nEnvironmentFile=-/etc/systemd/system/k3s.service.env\n',
    '/etc/systemd/system/k3s.service.env': "HTTPS_PROXY='http://k3s:1'\nCONTAINERD_NO_PROXY=a\n",
  });
  const criSocket = 'unix:///run/k3s/containerd/containerd.sock';
  t.match(await readProxy({ hostRoot, pid: null, criSocket, signal }), {
    environment: { HTTPS_PROXY: 'http://k3s:1', NO_PROXY: 'a' },
    source: 'unit',
  });
  t.match(await readProxy({ hostRoot, pid: null, signal }), { environment: {}, source: 'none' });
  t.match(await readProxy({ hostRoot, pid: 2, signal }), {
    environment: { HTTPS_PROXY: 'http://two:1' },
    source: 'process',
  });
});

t.test('every distribution has its own unit', async t => {
  const units: [string, string, Record<string, string>][] = [
    [
      '/run/k3s/containerd/containerd.sock',
      'k3s-agent',
      { '/etc/systemd/system/k3s-agent.service.env': 'NO_PROXY=k3s\n' },
    ],
    [
      '/run/k3s/containerd/containerd.sock',
      'rke2-server',
      { '/etc/default/rke2-server': 'CONTAINERD_NO_PROXY=rke2\n' },
    ],
    ['/var/snap/microk8s/common/run/containerd.sock', 'snap.microk8s.daemon-containerd', {}],
    ['/run/crio/crio.sock', 'crio', { '/etc/sysconfig/crio': 'NO_PROXY=crio\n' }],
    ['/run/containerd/containerd.sock', 'containerd', { '/etc/default/containerd': 'NO_PROXY=plain\n' }],
  ];
  for (const [socket, name, file] of units) {
    const hostRoot = t.testdir();
    const [path = '/none'] = Object.keys(file);
    await writeTree(hostRoot, {
      [`/etc/systemd/system/${name}.service`]: `[Service]\nEnvironmentFile=-${path}\n`,
      '/var/snap/microk8s/current/args/containerd-env': '# proxies\nNO_PROXY=microk8s\n',
      ...file,
    });
    const { environment, source } = await readProxy({ hostRoot, pid: null, criSocket: `unix://${socket}`, signal });
    const wanted = Object.values(file)[0]?.trim().split('=')[1] ?? 'microk8s';
    t.same([environment, source], [{ NO_PROXY: wanted }, 'unit'], name);
  }
});
