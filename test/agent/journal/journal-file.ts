import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { temporaryDirectory } from '../fixture.ts';

/** One line of the journal; `at` in seconds, `boot` one hexadecimal digit. */
export type Line = { unit: string; boot: string; at: number; message: string | Buffer; stream?: string };

const binaryField = (name: string, value: Buffer): Buffer => {
  const size = Buffer.alloc(8);
  size.writeBigUInt64LE(BigInt(value.length));
  return Buffer.concat([Buffer.from(`${name}\n`), size, value, Buffer.from('\n')]);
};

/** The journal export format (systemd, JOURNAL_EXPORT_FORMATS). */
const exportOf = (lines: Line[]): Buffer =>
  Buffer.concat(
    lines.flatMap(({ unit, boot, at, message, stream }, index) => [
      Buffer.from(
        [
          `__REALTIME_TIMESTAMP=${at * 1_000_000}`,
          `__MONOTONIC_TIMESTAMP=${(index + 1) * 1_000_000}`,
          `_BOOT_ID=${boot.repeat(32)}`,
          `_SYSTEMD_UNIT=${unit}`,
          '_PID=4312',
          ...(stream === undefined ? [] : [`_STREAM_ID=${stream}`]),
          '',
        ].join('\n'),
      ),
      binaryField('MESSAGE', Buffer.from(message)),
      Buffer.from('\n'),
    ]),
  );

/** A real journal file that can be written to again; systemd-journal-remote makes it. */
export type JournalFile = { directory: string; append: (lines: Line[]) => void; remove: () => Promise<void> };

export const journalOf = async (lines: Line[]): Promise<JournalFile> => {
  const { path, remove } = await temporaryDirectory();
  const append = (more: Line[]): void => {
    const made = spawnSync('/lib/systemd/systemd-journal-remote', ['-o', join(path, 'test.journal'), '-'], {
      input: exportOf(more),
      encoding: 'utf8',
    });
    if (made.status !== 0) throw new Error(`systemd-journal-remote: ${made.stderr}`);
  };
  if (lines.length > 0) append(lines);
  return { directory: path, append, remove };
};
