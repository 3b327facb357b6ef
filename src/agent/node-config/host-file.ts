import { constants } from 'node:fs';
import { lstat, open, readdir, readlink, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { codeWords } from '../../lib/system-words.ts';
import { limits } from '../../model/limits.ts';

/** Why a file of the node cannot be read, by its system error and in words; `ETOOBIG` is what is larger than is read here. */
export type HostFileError = { ok: false; code: string; why: string };

const fault = (code: string, why: string = codeWords(code)): HostFileError => ({ ok: false, code, why });

/**
 * Where a path of the node lies for us: every symbolic link is followed below the host's root, never out of it, as the
 * node itself would. Rejects with ENOENT, ENOTDIR or ELOOP as the system does.
 */
export const hostPath = async (hostRoot: string, path: string): Promise<string> => {
  const waiting = path.split('/').reverse();
  const done: string[] = [];
  let links = 0;
  while (waiting.length > 0) {
    const part = waiting.pop() ?? '';
    if (part === '' || part === '.') continue;
    if (part === '..') {
      done.pop();
      continue;
    }
    const at = join('/', hostRoot, ...done, part);
    const found = await lstat(at);
    if (!found.isSymbolicLink()) {
      done.push(part);
      continue;
    }
    links += 1;
    if (links > limits.symbolicLinks) throw Object.assign(new Error('too many symbolic links'), { code: 'ELOOP' });
    const target = await readlink(at);
    if (target.startsWith('/')) done.length = 0;
    waiting.push(...target.split('/').reverse());
  }
  return join('/', hostRoot, ...done);
};

/** What is read at a time of a file that says no size. */
const readBytes = 65_536;

/** The system's code of an error, such as `ENOENT`. */
export const systemCode = (error: unknown): string =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : 'EIO';

/** The bytes of a regular file of the node, at most `maxBytes` of them. Resolves for every fault of the file. */
export const readHostFile = async (
  hostRoot: string,
  path: string,
  maxBytes: number,
): Promise<{ ok: true; bytes: Buffer } | HostFileError> => {
  try {
    // Without O_NONBLOCK, opening a named pipe would wait for its other end.
    const handle = await open(await hostPath(hostRoot, path), constants.O_RDONLY | constants.O_NONBLOCK);
    try {
      const about = await handle.stat();
      if (about.isDirectory()) return fault('EISDIR');
      if (!about.isFile()) return fault('ENOTREG', 'no regular file');
      // Files of /proc say size 0, so what counts is what comes. No stream: a node has 140 files of CAs, read anew when one changes.
      const chunks: Buffer[] = [];
      let size = 0;
      for (let room = about.size + 1; size <= maxBytes; room = readBytes) {
        const { bytesRead, buffer } = await handle.read(Buffer.allocUnsafe(Math.min(room, maxBytes + 1 - size)));
        if (bytesRead === 0) break;
        chunks.push(buffer.subarray(0, bytesRead));
        size += bytesRead;
        // A file that gave less than it was asked for, and as much as it said, has no more.
        if (about.size > 0 && size === about.size && bytesRead < room) break;
      }
      return size > maxBytes
        ? fault('ETOOBIG', `larger than ${Math.ceil(maxBytes / 1024)} KiB`)
        : { ok: true, bytes: Buffer.concat(chunks) };
    } finally {
      await handle.close();
    }
  } catch (error) {
    return fault(systemCode(error));
  }
};

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
    return fault('EILSEQ', 'not UTF-8');
  }
};

/** Whether a path of the node is there: null if so, else the system's code. */
export const missingCode = (hostRoot: string, path: string): Promise<string | null> =>
  hostPath(hostRoot, path)
    .then(at => stat(at))
    .then(() => null, systemCode);

/** When a file of the node was last written, epoch milliseconds; null where it cannot be told. */
export const modifiedAt = (hostRoot: string, path: string): Promise<number | null> =>
  hostPath(hostRoot, path)
    .then(at => stat(at))
    .then(
      ({ mtimeMs }) => mtimeMs,
      () => null,
    );

/** The entries of a directory of the node that are not directories themselves, links among them. */
export const listHostFiles = async (
  hostRoot: string,
  path: string,
): Promise<{ ok: true; names: string[] } | HostFileError> => {
  try {
    const entries = await readdir(await hostPath(hostRoot, path), { withFileTypes: true });
    const files = entries.filter(entry => !entry.isDirectory()).map(entry => entry.name);
    return { ok: true, names: files.slice(0, limits.directoryEntries) };
  } catch (error) {
    return fault(systemCode(error));
  }
};
