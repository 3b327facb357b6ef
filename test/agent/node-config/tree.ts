import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/** Writes a node's files below a folder: text, null for a directory, `-> TARGET` for a link. */
export const writeTree = async (root: string, files: Record<string, string | Buffer | null>): Promise<void> => {
  for (const [path, content] of Object.entries(files)) {
    const at = join(root, path);
    await mkdir(content === null ? at : dirname(at), { recursive: true });
    if (content === null) continue;
    if (typeof content === 'string' && content.startsWith('-> ')) await symlink(content.slice(3), at);
    else await writeFile(at, content);
  }
};
