import { setTimeout as sleep } from 'node:timers/promises';
import { run, waitFor } from '../test/lab/process.ts';
import { makeCgroup, type Usage } from './cgroup.ts';
import { failureLines, unrelatedLines } from './kubelet-lines.ts';
import { startStand, type Stand } from './stand.ts';

const lines = 100_000;
const failingPods = 50;
/** Four lines an attempt: 500 attempts are 2 % of the lines. */
const attempts = (lines * 0.02) / 4;

/** 100,000 kubelet lines of which 2 % are pull failures, spread evenly. */
const floodLines = (): string[] => {
  const unrelated = unrelatedLines(lines - attempts * 4);
  const every = unrelated.length / attempts;
  return Array.from({ length: attempts }, (_, attempt) => [
    ...unrelated.slice(attempt * every, (attempt + 1) * every),
    ...failureLines(attempt % failingPods),
  ]).flat();
};

const findingCount = async (stand: Stand): Promise<number> => {
  const response = await fetch(`${stand.server}/v1/findings?limit=500`);
  return ((await response.json()) as { items: unknown[] }).items.length;
};

/** CPU of the plain reading of the same lines, which is what the agent's own cost is held against. */
const plainRead = async (stand: Stand): Promise<number> => {
  const group = makeCgroup(`pullpath-bench-plain-${process.pid}`);
  const read = `journalctl -D ${stand.journald.directory} -u kubelet -o json --no-pager | wc -l`;
  await run(group.enter(['sh', '-c', read]));
  const { cpuSeconds } = group.usage();
  group.remove();
  return cpuSeconds;
};

const memoryRow = (when: string, usage: Usage, aim: string): string =>
  `  ${when.padEnd(16)} working set ${usage.workingSetMb} MB, RSS ${usage.rssMb} MB (aim: ${aim})`;

/** CPU and memory of agent and journalctl together: idle for a minute, and after the flood. */
export const benchFlood = async (): Promise<string[]> => {
  const stand = await startStand('flood');
  try {
    await sleep(60_000);
    const idle = stand.agentGroup.usage();
    await stand.journald.write('kubelet', floodLines());
    await waitFor('the last finding', async () => (await findingCount(stand)) >= failingPods, { within: 120_000 });
    await sleep(5_000);
    const after = stand.agentGroup.usage();
    const plain = await plainRead(stand);
    const spent = after.cpuSeconds - idle.cpuSeconds;
    return [
      `${lines} kubelet lines, 2 % pull failures, through the running agent (Node ${process.version}):`,
      `  agent and journalctl ${spent.toFixed(2)} CPU s; journalctl -o json | wc -l ${plain.toFixed(2)} CPU s; ratio ${(spent / plain).toFixed(2)} (aim: 1.5)`,
      memoryRow('idle for 60 s', idle, '24, 65'),
      memoryRow('after the flood', after, '48, 85'),
    ];
  } finally {
    await stand.stop();
  }
};
