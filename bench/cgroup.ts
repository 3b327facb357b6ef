import { existsSync, mkdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** What the processes of a group have used: what a Kubernetes limit counts, and CPU time. */
export type Usage = { workingSetMb: number; rssMb: number; cpuSeconds: number };

/** A control group of our own; processes started through `enter` and all their children are accounted to it. */
export type Cgroup = {
  enter(command: readonly string[]): string[];
  usage(): Usage;
  remove(): void;
};

const base = '/sys/fs/cgroup';
const pure = existsSync(join(base, 'cgroup.controllers'));
const mb = (bytes: number): number => Math.round((bytes / 1024 / 1024) * 10) / 10;
const statValue = (text: string, name: string): number =>
  Number(new RegExp(`^${name} (\\d+)$`, 'm').exec(text)?.[1] ?? 0);

/** RSS of every process of the group, summed: pages that two of them share count twice. */
const rssOf = (procs: string): number =>
  readFileSync(procs, 'utf8')
    .split('\n')
    .filter(pid => pid !== '')
    .map(pid => {
      try {
        return Number(/^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) * 1024;
      } catch {
        return 0;
      }
    })
    .reduce((sum, bytes) => sum + bytes, 0);

/** Makes a group; both the unified hierarchy and the older one (memory and cpuacct by themselves) are known. */
export const makeCgroup = (name: string): Cgroup => {
  const folders = pure ? [join(base, name)] : [join(base, 'memory', name), join(base, 'cpuacct', name)];
  for (const folder of folders) mkdirSync(folder, { recursive: true });
  if (pure) writeFileSync(join(base, 'cgroup.subtree_control'), '+memory +cpu');
  const [memory = '', cpu = memory] = folders;
  const read = (folder: string, file: string): string => readFileSync(join(folder, file), 'utf8');
  return {
    enter: command => [
      'sh',
      '-c',
      `${folders.map(folder => `echo $$ >${folder}/cgroup.procs`).join(' && ')} && exec "$@"`,
      'sh',
      ...command,
    ],
    usage: () => {
      const used = Number(read(memory, pure ? 'memory.current' : 'memory.usage_in_bytes'));
      const inactive = statValue(read(memory, 'memory.stat'), pure ? 'inactive_file' : 'total_inactive_file');
      const cpuSeconds = pure
        ? statValue(read(cpu, 'cpu.stat'), 'usage_usec') / 1e6
        : Number(read(cpu, 'cpuacct.usage')) / 1e9;
      return { workingSetMb: mb(used - inactive), rssMb: mb(rssOf(join(memory, 'cgroup.procs'))), cpuSeconds };
    },
    remove: () => folders.forEach(folder => rmdirSync(folder)),
  };
};
