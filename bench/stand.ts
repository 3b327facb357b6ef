import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { root, textOf } from '../test/house/source-tree.ts';
import { startContainerd } from '../test/lab/containerd.ts';
import { startJournald, type Journald } from '../test/lab/journald.ts';
import { freePort } from '../test/lab/ports.ts';
import { startNamespace, type Namespace } from '../test/lab/namespace.ts';
import { run, startDaemon, waitFor, type Daemon } from '../test/lab/process.ts';
import { makeCgroup, type Cgroup } from './cgroup.ts';

/** A real containerd and journald with an aggregator, and the agent as the image runs it, in a control group of its own. */
export type Stand = {
  namespace: Namespace;
  journald: Journald;
  agentGroup: Cgroup;
  agent: Daemon;
  server: string;
  agentUrl: string;
  stop(): Promise<void>;
};

/** Node and its flags, and the environment, as the Dockerfile has them. */
export const imageCommand = (): { flags: string[]; env: Record<string, string> } => {
  const dockerfile = textOf('Dockerfile');
  const entry = JSON.parse(/^ENTRYPOINT (\[.*\])$/m.exec(dockerfile)?.[1] ?? '[]') as string[];
  const pairs = (/^ENV (.*)$/m.exec(dockerfile)?.[1] ?? '').split(' ').map(pair => pair.split('=') as [string, string]);
  return { flags: entry.slice(1, -1), env: Object.fromEntries(pairs) };
};

const healthy = (url: string) => async (): Promise<boolean> =>
  fetch(url).then(
    response => response.ok,
    () => false,
  );

/** Starts everything; the bundle is built first, since that is what the image runs. */
export const startStand = async (name: string): Promise<Stand> => {
  await run(['sh', '-c', 'cd "$1" && node .ci/build.js', 'sh', root]);
  const dir = await mkdtemp(join(tmpdir(), `pullpath-bench-${name}-`));
  const namespace = await startNamespace(dir);
  const journald = await startJournald(namespace, `bench${process.pid}`);
  const containerd = await startContainerd({ namespace, journald });
  await journald.write('kubelet', ['I1122 00:00:00.000000       1 server.go:1] "Started kubelet"']);
  const { flags, env } = imageCommand();
  const program = join(root, 'dist/pullpath.js');
  const host = '127.0.0.1';
  const [serverPort, agentPort] = [await freePort(host, [0]), await freePort(host, [0])];
  const [server, agentUrl] = [`http://${host}:${serverPort}`, `http://${host}:${agentPort}`];
  const aggregator = startDaemon([
    process.execPath,
    program,
    'aggregator',
    `--listen=${host}:${serverPort}`,
    `--data-dir=${dir}/aggregator`,
  ]);
  await waitFor('aggregator', healthy(`${server}/readyz`), { daemon: aggregator });
  const agentGroup = makeCgroup(`pullpath-bench-${process.pid}`);
  const options = [
    `--aggregator-url=${server}`,
    `--listen=${host}:${agentPort}`,
    `--data-dir=${dir}/agent`,
    `--journal-dir=${journald.directory}`,
    `--cri-socket=${containerd.socket}`,
    '--node-name=bench',
  ];
  const command = agentGroup.enter([process.execPath, ...flags, program, 'agent', ...options]);
  const agent = startDaemon(command, { env: { ...process.env, ...env } });
  await waitFor('agent', healthy(`${agentUrl}/readyz`), { daemon: agent });
  return {
    namespace,
    journald,
    agentGroup,
    agent,
    server,
    agentUrl,
    async stop() {
      await agent.stop();
      await aggregator.stop();
      agentGroup.remove();
      await containerd.stop();
      await journald.stop();
      await namespace.stop();
      await rm(dir, { recursive: true, force: true });
    },
  };
};
