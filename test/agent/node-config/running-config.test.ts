import t from 'tap';
import { CriClient } from '../../../src/agent/cri/client.ts';
import { findProcesses } from '../../../src/agent/node-config/processes.ts';
import { readRegistryHosts } from '../../../src/agent/node-config/read-registry-hosts.ts';
import { readRunningConfig } from '../../../src/agent/node-config/running-config.ts';
import { withoutRoot } from '../../house/root.ts';
import { containerdVersion, startContainerd, unpackedGenerations } from '../../lab/containerd.ts';
import { claimFolder, removeLeftovers } from '../../lab/leftovers.ts';
import { startNamespace } from '../../lab/namespace.ts';
import { writeTree } from './tree.ts';

// Real parts that start, on a machine with other work: run by itself, tap would give it 30 s.
t.setTimeout(290_000);

const signal = new AbortController().signal;

for (const generation of unpackedGenerations())
  t.test(
    `config.toml changed after containerd ${containerdVersion(generation)} began`,
    { skip: withoutRoot },
    async t => {
      await removeLeftovers();
      const namespace = await startNamespace(await claimFolder(`reload-${generation}-${process.pid}`));
      t.teardown(() => namespace.stop());
      const containerd = await startContainerd({ namespace, generation });
      t.teardown(() => containerd.stop());
      const client = new CriClient(`unix://${containerd.socket}`);
      t.teardown(() => client.close());
      t.ok((await client.version(signal)).ok);
      const place = { hostRoot: namespace.path('/'), criSocket: `unix://${containerd.socket}` };
      const runtimeVersion = containerdVersion(generation);
      const tells = runtimeVersion.startsWith('1.');
      const read = async () => {
        const { runtime: pid } = findProcesses(place.hostRoot, place.criSocket);
        const running = await readRunningConfig(client, { ...place, pid }, signal);
        t.equal(running.registry !== null, tells);
        // Other containerds of this machine would leave its process in doubt.
        const options = { ...place, runtimeVersion, signal, running: { ...running, startedAt: null } };
        return readRegistryHosts('reg.test', options);
      };
      await namespace.write('/etc/containerd/certs.d/reg.test/hosts.toml', '[host."https://old.test"]\n');
      await namespace.write('/etc/other/reg.test/hosts.toml', '[host."https://new.test"]\n');
      t.match(await read(), { directory: '/etc/containerd/certs.d/reg.test', problems: [] }, 'as it began');
      const section = tells ? '"io.containerd.grpc.v1.cri"' : "'io.containerd.cri.v1.images'";
      await namespace.write(
        '/etc/containerd/config.toml',
        `version = ${tells ? 2 : 3}\n[plugins.${section}.registry]\nconfig_path = "/etc/other"\n`,
      );
      const changed = await read();
      t.equal(changed.directory, tells ? '/etc/containerd/certs.d/reg.test' : '/etc/other/reg.test');
      t.same(
        changed.problems.map(({ code, effect, file }) => `${code} ${effect} ${file}`),
        tells ? ['config-not-reloaded ignored /etc/containerd/config.toml'] : [],
      );
    },
  );

t.test('a process’s age is read from /proc; a runtime that is silent tells nothing', async t => {
  const hostRoot = t.testdir();
  await writeTree(hostRoot, {
    '/proc/stat': 'cpu 1 2 3\nbtime 1700000000\nprocesses 5\n',
    '/proc/77/comm': 'containerd\n',
    '/proc/77/stat': `77 (a) b) S ${Array.from({ length: 18 }, (_unused, at) => at).join(' ')} 12345 9 9\n`,
  });
  const client = new CriClient('unix:///not/there.sock');
  t.teardown(() => client.close());
  const place = { hostRoot, criSocket: '', pid: 77 };
  t.match(await readRunningConfig(client, place, signal), { registry: null, startedAt: 1_700_000_123_450 });
  await writeTree(hostRoot, { '/proc/77/stat': 'x' });
  t.same(await readRunningConfig(client, place, signal), { registry: null, startedAt: null, configFile: null });
});

t.test('the command line of the process behind the socket names its file', async t => {
  const client = new CriClient('unix:///not/there.sock');
  t.teardown(() => client.close());
  const socket = '/run/k3s/containerd/containerd.sock';
  const file = '/data/k3s/agent/etc/containerd/config.toml';
  const cases: [string, string[], string | null][] = [
    ['k3s', ['containerd', '-c', file, '-a', socket, '--state', '/run/k3s/containerd'], file],
    ['with an equals sign', ['containerd', `--address=${socket}`, `--config=${file}`], file],
    ['another socket', ['containerd', '-c', file, '-a', '/run/docker/containerd.sock'], null],
    ['no socket', ['containerd', '-c', file], null],
    ['a relative file', ['containerd', '-c', 'config.toml', '-a', socket], null],
    ['nothing', ['containerd'], null],
  ];
  for (const [name, words, expected] of cases) {
    const hostRoot = t.testdir();
    await writeTree(hostRoot, { '/proc/77/comm': 'containerd\n', '/proc/77/cmdline': `${words.join('\0')}\0` });
    const found = await readRunningConfig(client, { hostRoot, criSocket: `unix:///host${socket}`, pid: 77 }, signal);
    t.equal(found.configFile, expected, name);
  }
});
