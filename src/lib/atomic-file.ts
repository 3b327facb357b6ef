import { open, readdir, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';

const temporarySuffix = '.tmp';

const syncDirectory = async (path: string): Promise<void> => {
  const directory = await open(path, 'r');
  try {
    await directory.sync();
  } finally {
    await directory.close();
  }
};

/**
 * Replaces a file so that after a crash or a power cut either the old or the new content is there, whole.
 * On a fault (disk full, say) the temporary file is removed and the old content stays.
 */
export const writeFileAtomically = async (path: string, content: string | Uint8Array): Promise<void> => {
  const temporary = `${path}${temporarySuffix}`;
  try {
    const file = await open(temporary, 'w', 0o600);
    try {
      await file.writeFile(content);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
  await syncDirectory(dirname(path));
};

/** Removes what a killed writer left behind in a directory. */
export const removeTemporaryFiles = async (directory: string): Promise<void> => {
  for (const name of await readdir(directory))
    if (name.endsWith(temporarySuffix)) await rm(join(directory, name), { force: true });
};
