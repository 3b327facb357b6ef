import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

const namesIn = async (directory: string): Promise<string[] | null> => {
  try {
    return await readdir(directory);
  } catch {
    return null;
  }
};

/** The machine id of the node whose root file system is at `hostRoot`; null where it has none. */
export const readMachineId = async (hostRoot: string): Promise<string | null> => {
  try {
    const text = await readFile(join(hostRoot, 'etc/machine-id'), 'utf8');
    return /^[0-9a-f]{32}\s*$/.test(text) ? text.trim() : null;
  } catch {
    return null;
  }
};

/**
 * The journal directory of the node: the persistent one if it holds files, else the volatile one (/run, until journald is
 * flushed at boot). journalctl would pick by its own machine id, which in a container is another. Null while there is none.
 */
export const findJournalDirectory = async (hostRoot: string, given: string | null): Promise<string | null> => {
  if (given !== null) return (await namesIn(given)) === null ? null : given;
  const machineId = await readMachineId(hostRoot);
  const candidates = ['var/log/journal', 'run/log/journal'].map(path => join(hostRoot, path, machineId ?? ''));
  let empty: string | null = null;
  for (const directory of candidates) {
    const names = await namesIn(directory);
    if (names === null) continue;
    if (names.some(name => name.endsWith('.journal') || (machineId === null && /^[0-9a-f]{32}$/.test(name))))
      return directory;
    empty ??= directory;
  }
  return empty;
};
