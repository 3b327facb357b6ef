import { open, stat, type FileHandle } from 'node:fs/promises';
import { sleep } from '../../lib/backoff.ts';
import type { Log } from '../../lib/log.ts';
import { limits } from '../../model/limits.ts';
import { LineSplitter } from './lines.ts';
import type { Tail, TailSink, TailStatus } from './tail.ts';

export type FileTailOptions = {
  path: string;
  /** `file:INODE:OFFSET` of the last line whose effect is on disk; null to begin near the end. */
  cursor: string | null;
  sink: TailSink;
  log: Log;
  /** Epoch milliseconds. */
  now: () => number;
};

type OpenFile = { handle: FileHandle; inode: number; offset: number; lines: LineSplitter };

/**
 * A kubelet log file where there is no journal (k3s, RKE2, OpenRC). Rotated files are followed by inode to their end, a
 * truncated one is begun again. A line's time is the file's: klog prints no year and no zone.
 */
export class FileTail implements Tail {
  private readonly options: FileTailOptions;
  private file: OpenFile | null = null;
  private current: TailStatus = 'starting';
  private lineAt = 0;
  private readonly buffer = Buffer.allocUnsafe(65_536);

  constructor(options: FileTailOptions) {
    this.options = options;
  }

  status(): TailStatus {
    return this.current;
  }

  cursor(): string | null {
    if (this.file === null) return this.options.cursor;
    return `file:${this.file.inode}:${this.file.offset - this.file.lines.pending}`;
  }

  newestAt(): Promise<number | null> {
    return stat(this.options.path).then(
      stats => Math.floor(stats.mtimeMs),
      () => null,
    );
  }

  /** Of a log file nothing is read but what follows. */
  find(): Promise<null> {
    return Promise.resolve(null);
  }

  async run(signal: AbortSignal): Promise<void> {
    try {
      while (!signal.aborted) {
        await this.turn(signal);
        await sleep(limits.filePollMs, signal);
      }
    } finally {
      await this.file?.handle.close();
      this.file = null;
    }
  }

  /** Reads what is new; where the name has moved to another file, the old one to its end and then the new from its start. */
  private async turn(signal: AbortSignal): Promise<void> {
    try {
      this.file ??= await this.openFile(null);
      await this.drain(this.file, signal);
      const stats = await stat(this.options.path);
      const { inode, offset, handle } = this.file;
      if (stats.ino === inode && stats.size >= offset) return;
      if (stats.ino !== inode) await this.drain(this.file, signal);
      await handle.close();
      this.file = null;
      this.file = await this.openFile(0);
      await this.drain(this.file, signal);
    } catch (error) {
      this.complain(error as NodeJS.ErrnoException);
    }
  }

  private async openFile(from: number | null): Promise<OpenFile> {
    const handle = await open(this.options.path, 'r');
    const stats = await handle.stat();
    const offset = from ?? this.firstOffset(stats.ino, stats.size);
    const file: OpenFile = {
      handle,
      inode: stats.ino,
      offset,
      lines: new LineSplitter(
        limits.journalLineBytes,
        text => this.take(file, text),
        () => this.options.sink.onLost(1),
      ),
    };
    if (this.current !== 'following') this.options.log.info({ path: this.options.path }, 'following the log file');
    this.current = 'following';
    return file;
  }

  private firstOffset(inode: number, size: number): number {
    const [, savedInode, savedOffset] = /^file:(\d+):(\d+)$/.exec(this.options.cursor ?? '') ?? [];
    const saved = Number(savedOffset);
    if (Number(savedInode) === inode && saved <= size) return saved;
    return Math.max(0, size - limits.fileLookbackBytes);
  }

  private async drain(file: OpenFile, signal: AbortSignal): Promise<void> {
    this.lineAt = Math.min(this.options.now(), Math.floor((await file.handle.stat()).mtimeMs));
    while (!signal.aborted) {
      const { bytesRead } = await file.handle.read(this.buffer, 0, this.buffer.length, file.offset);
      if (bytesRead === 0) return;
      file.offset += bytesRead;
      file.lines.push(Buffer.from(this.buffer.subarray(0, bytesRead)));
    }
  }

  private take(file: OpenFile, text: string): void {
    this.options.sink.onEntry({
      cursor: '',
      at: this.lineAt,
      message: text.replace(/\r$/, ''),
      stream: `file:${file.inode}`,
    });
  }

  private complain(error: NodeJS.ErrnoException): void {
    if (this.current === 'waiting') return;
    this.current = 'waiting';
    this.options.log.warn({ path: this.options.path, code: error.code }, 'waiting for the log file');
  }
}
