import { setTimeout as sleep } from 'node:timers/promises';
import { join } from 'node:path';
import { root } from '../test/house/source-tree.ts';
import { startBox } from '../test/lab/box.ts';
import { startHosts } from '../test/lab/hosts.ts';
import { freePort } from '../test/lab/ports.ts';
import { run, startDaemon, waitFor } from '../test/lab/process.ts';
import { makeCgroup, type Usage } from './cgroup.ts';
import { imageCommand } from './stand.ts';

const registries = 20;
/** For the CPU of a round: the shortest interval, so that some rounds fit into the time of a benchmark. */
const shortSeconds = 30;
const rounds = 3;
/** For the memory: the default interval, so that after the first round there is nothing to do. */
const defaultSeconds = 300;
/** By then what the first round took is given back. */
const settledMs = 25_000;

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
  /** An agent in a control group of its own, once it has walked them all; gives what `measure` does. */
  const withAgent = async <Value>(seconds: number, measure: (usage: () => Usage) => Promise<Value>): Promise<Value> => {
    const group = makeCgroup(`pullpath-bench-walks-${process.pid}`);
    const { flags, env } = imageCommand();
    const port = await freePort('127.0.0.1', [0]);
    const options = [
      ...[`--listen=127.0.0.1:${port}`, `--data-dir=${box.dir}/agent-${seconds}`, '--node-name=bench'],
      ...[`--journal-dir=${box.journald.directory}`, `--cri-socket=${box.containerd.socket}`],
      ...[
        `--host-root=${box.namespace.path('')}`,
        `--probe-interval=${seconds}s`,
        '--aggregator-url=http://127.0.0.1:1',
      ],
    ];
    const program = [process.execPath, ...flags, join(root, 'dist/pullpath.js'), 'agent', ...options];
    const agent = startDaemon(group.enter(program), { env: { ...process.env, ...env } });
    try {
      const walked = async (): Promise<boolean> => {
        const page = await fetch(`http://127.0.0.1:${port}/metrics`).then(
          answer => answer.text(),
          () => '',
        );
        return [...page.matchAll(/check="registry\.ping"\} 1/g)].length === registries;
      };
      await waitFor('all walks', walked, { within: 60_000, daemon: agent });
      await sleep(settledMs);
      return await measure(() => group.usage());
    } finally {
      await agent.stop();
      group.remove();
    }
  };
  const memory = await withAgent(defaultSeconds, usage => Promise.resolve(usage()));
  const cpu = await withAgent(shortSeconds, async usage => {
    const before = usage();
    await sleep(rounds * shortSeconds * 1000);
    return (usage().cpuSeconds - before.cpuSeconds) / rounds;
  });
  return [
    `${registries} sound registries:`,
    `  after a round, at the default interval: working set ${memory.workingSetMb} MB, RSS ${memory.rssMb} MB (aim, idle: 24, 65)`,
    `  CPU ${cpu.toFixed(2)} s a round, all else of an idle agent included; at the default interval at most ${((100 * cpu) / defaultSeconds).toFixed(2)} % of a core (aim: 1 %)`,
  ];
};
