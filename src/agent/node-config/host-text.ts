import { readHostFile } from './host-file.ts';
import type { HostFileError } from './host-file.ts';

/** The text of a file of the node, which must be UTF-8; `EILSEQ` where it is not. Resolves for every fault of the file. */
export const readHostText = async (
  hostRoot: string,
  path: string,
  maxBytes: number,
): Promise<{ ok: true; text: string } | HostFileError> => {
  const read = await readHostFile(hostRoot, path, maxBytes);
  if (!read.ok) return read;
  try {
    return { ok: true, text: new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(read.bytes) };
  } catch {
    return { ok: false, code: 'EILSEQ' };
  }
};
