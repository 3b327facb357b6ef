import { statfs } from 'node:fs/promises';
import { systemWords } from '../../lib/system-words.ts';
import { limits } from '../../model/limits.ts';
import type { Check } from '../../model/check.ts';
import { hostPath } from '../node-config/host-file.ts';
import { beginCheck } from './outcome.ts';

const gib = (bytes: number): string => `${(bytes / 1024 ** 3).toFixed(1)} GiB`;

/** Space and inodes of the file system that the runtime keeps its images on. */
export const probeNodeDisk = async (place: { hostRoot: string; mountpoint: string }): Promise<Check> => {
  const check = beginCheck('node.disk');
  const { hostRoot, mountpoint } = place;
  try {
    const found = await statfs(await hostPath(hostRoot, mountpoint));
    const [free, total] = [found.bavail * found.bsize, found.blocks * found.bsize];
    const facts = { mountpoint, freeBytes: free, totalBytes: total, freeInodes: found.ffree, inodes: found.files };
    const said = `${gib(free)} of ${gib(total)} free at ${mountpoint}`;
    // A file system without a count of inodes (btrfs) says 0 of 0.
    const inodesGone = found.files > 0 && found.ffree < limits.diskFreeInodes;
    const full = free < Math.min(limits.diskFreeBytes, total / 2) || free < total / 100 || inodesGone;
    if (!full) return check.pass(said, facts);
    return check.fail(
      { code: 'disk-full', detail: inodesGone ? `${found.ffree} inodes left at ${mountpoint}` : said },
      facts,
    );
  } catch (error) {
    return check.fail({ code: 'not-told', detail: `${mountpoint}: ${systemWords(error)}` }, { mountpoint });
  }
};
