import { mkdirSync, statSync } from 'node:fs';
import { dirname } from 'node:path';

/**
 * Makes a directory and those above it where they are missing; only this user and group may look inside. Not Node's own
 * recursive mkdir: that one never comes back where the file system refuses with ENOENT, as /proc does (seen with 24.21).
 */
export const makeDirectory = (path: string): void => {
  const make = (): void => {
    try {
      mkdirSync(path, { mode: 0o750 });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST' || !statSync(path).isDirectory()) throw error;
    }
  };
  try {
    make();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT' || dirname(path) === path) throw error;
    makeDirectory(dirname(path));
    make();
  }
};
