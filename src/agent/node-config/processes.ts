import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Whether CRI-O is behind this socket, which is told by its place. */
export const isCrio = (criSocket = ''): boolean => criSocket.includes('/crio/');

/** Nothing of /proc waits for a disk: one after the other, a name takes 10 µs, and by the thread pool ten times that. */
const nameOf = (proc: string, pid: string): string => {
  try {
    return readFileSync(join(proc, pid, 'comm'), 'utf8').trim();
  } catch {
    // It has ended, or is not ours to see.
    return '';
  }
};

/** The host's processes that decide how this node pulls; null where there is none to be seen. */
export type NodeProcesses = {
  /** The one of the runtime behind the socket, by its name; null also where there are several. */
  runtime: number | null;
  /** The first, by its number. */
  kubelet: number | null;
};

/** Finds them all in one look over the host's /proc. */
export const findProcesses = (hostRoot: string, criSocket: string): NodeProcesses => {
  const proc = join(hostRoot, 'proc');
  const runtimeName = isCrio(criSocket) ? 'crio' : 'containerd';
  const found = new Map<string, number[]>([
    [runtimeName, []],
    ['kubelet', []],
  ]);
  let entries: string[] = [];
  try {
    entries = readdirSync(proc);
  } catch {
    // No /proc of the host: nothing is found.
  }
  for (const entry of entries) if (/^[0-9]+$/.test(entry)) found.get(nameOf(proc, entry))?.push(Number(entry));
  const [runtime = null, ...others] = found.get(runtimeName) ?? [];
  const [kubelet = null] = (found.get('kubelet') ?? []).toSorted((a, b) => a - b);
  return { runtime: others.length === 0 ? runtime : null, kubelet };
};
