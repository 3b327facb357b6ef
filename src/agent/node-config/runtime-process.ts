import { readdir } from 'node:fs/promises';
import { readHostText } from './host-file.ts';

/** Whether CRI-O is behind this socket, which is told by its place. */
export const isCrio = (criSocket = ''): boolean => criSocket.includes('/crio/');

/** The host's process of the runtime behind this socket, by its name; null where there is none or several. */
export const runtimeProcess = async (hostRoot: string, criSocket = ''): Promise<number | null> => {
  const name = isCrio(criSocket) ? 'crio' : 'containerd';
  const found: number[] = [];
  for (const entry of await readdir(`${hostRoot}/proc`).catch((): string[] => [])) {
    if (!/^[0-9]+$/.test(entry)) continue;
    const command = await readHostText(hostRoot, `/proc/${entry}/comm`, 64);
    if (command.ok && command.text.trim() === name) found.push(Number(entry));
  }
  return found.length === 1 ? (found[0] ?? null) : null;
};
