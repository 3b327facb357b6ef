import { setTimeout as sleep } from 'node:timers/promises';
import { join } from 'node:path';
import { root } from '../test/house/source-tree.ts';
import { startBox } from '../test/lab/box.ts';
import { startHosts } from '../test/lab/hosts.ts';
import { freePort } from '../test/lab/ports.ts';
import { run, startDaemon, waitFor } from '../test/lab/process.ts';
import { makeCgroup } from './cgroup.ts';
import { imageCommand } from './stand.ts';

const registries = 20;
/** The shortest interval, so that some rounds fit into the time of a benchmark; the default is ten times as long. */
const intervalSeconds = 30;
const defaultSeconds = 300;
const rounds = 3;

/** What walking 20 sound registries costs an agent that has nothing else to do. */
export const benchWalks = async (): Promise<string[]> => {
  await run(['sh', '-c', 'cd "$1" && node .ci/build.js', 'sh', root]);
  await using undo = new AsyncDisposableStack();
  const box = await startBox();
  undo.defer(() => box.stop());
  const hosts = await startHosts({ box, defer: stop => undo.defer(stop) });
  const good = hosts.name('good');
  const ca = `/etc/containerd/certs.d/${good}/ca.crt`;
  await box.namespace.write('/etc/containerd/ca.crt', (await run(['cat', box.namespace.path(ca)])).trimEnd());
  await run(['sh', '-c', 'rm -r "$1"/*', 'sh', box.namespace.path('/etc/containerd/certs.d')]);
  for (let index = 0; index < registries; index += 1)
    await box.namespace.write(
      `/etc/containerd/certs.d/r${index}.lab.test/hosts.toml`,
      `server = "https://${good}"\nca = "/etc/containerd/ca.crt"\n`,
    );
  const group = makeCgroup(`pullpath-bench-walks-${process.pid}`);
  undo.defer(() => group.remove());
  const { flags, env } = imageCommand();
  const port = await freePort('127.0.0.1', [0]);
  const options = [
    ...[`--listen=127.0.0.1:${port}`, `--data-dir=${box.dir}/agent`, '--aggregator-url=http://127.0.0.1:1'],
    ...[`--journal-dir=${box.journald.directory}`, `--cri-socket=${box.containerd.socket}`, '--node-name=bench'],
    ...[`--host-root=${box.namespace.path('')}`, `--probe-interval=${intervalSeconds}s`],
  ];
  const program = [process.execPath, ...flags, join(root, 'dist/pullpath.js'), 'agent', ...options];
  const agent = startDaemon(group.enter(program), { env: { ...process.env, ...env } });
  undo.defer(() => agent.stop());
  const metrics = (): Promise<string> => fetch(`http://127.0.0.1:${port}/metrics`).then(answer => answer.text());
  const walked = async (): Promise<number> =>
    [...(await metrics().catch(() => '')).matchAll(/check="registry\.ping"\} 1/g)].length;
  await waitFor('all walks', async () => (await walked()) === registries, { within: 60_000, daemon: agent });
  await sleep(15_000);
  const before = group.usage();
  await sleep(rounds * intervalSeconds * 1000);
  const after = group.usage();
  const cpu = (after.cpuSeconds - before.cpuSeconds) / rounds;
  return [
    `${registries} sound registries, walked ${rounds} times:`,
    `  CPU ${cpu.toFixed(2)} s a round, all else of an idle agent included; at the default interval at most ${((100 * cpu) / defaultSeconds).toFixed(2)} % of a core (aim: 1 %)`,
    `  working set ${after.workingSetMb} MB, RSS ${after.rssMb} MB (aim, idle: 24, 65)`,
  ];
};
