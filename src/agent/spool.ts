import { readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { removeTemporaryFiles, writeFileAtomically } from '../lib/atomic-file.ts';
import { makeDirectory } from '../lib/make-directory.ts';
import type { Log } from '../lib/log.ts';
import { limits } from '../model/limits.ts';
import type { Report } from '../model/report.ts';

type Kind = Report['kind'];

/** A report that waits to be sent; `body` is its gzipped JSON. */
export type SpooledReport = { seq: number; kind: Kind; body: Buffer };

type Entry = { seq: number; kind: Kind; bytes: number; body: Buffer | null };

export type SpoolOptions = { directory: string; maxBytes: number; log: Log; onDropped: (count: number) => void };

const namePattern = /^(\d{16})-(full|heartbeat)\.json\.gz$/;
const nameOf = (entry: { seq: number; kind: Kind }): string =>
  `${String(entry.seq).padStart(16, '0')}-${entry.kind}.json.gz`;

/**
 * Reports on disk, in order, until the aggregator has acknowledged them. Bounded by count and bytes: the oldest go first and
 * are counted. Where the disk takes no more, the newest report waits in memory instead.
 */
export class Spool {
  private readonly options: SpoolOptions;
  private entries: Entry[] = [];
  private full = false;

  private constructor(options: SpoolOptions) {
    this.options = options;
  }

  /** Opens the spool and finds what an earlier process left in it. */
  static async open(options: SpoolOptions): Promise<Spool> {
    const spool = new Spool(options);
    makeDirectory(options.directory);
    await removeTemporaryFiles(options.directory);
    for (const name of (await readdir(options.directory)).sort()) {
      const [, seq, kind] = namePattern.exec(name) ?? [];
      if (seq === undefined) continue;
      const { size } = await stat(join(options.directory, name));
      spool.entries.push({ seq: Number(seq), kind: kind === 'full' ? 'full' : 'heartbeat', bytes: size, body: null });
    }
    await spool.bound();
    return spool;
  }

  /** Bytes that wait, on disk or in memory. */
  get bytes(): number {
    return this.entries.reduce((sum, entry) => sum + entry.bytes, 0);
  }

  get count(): number {
    return this.entries.length;
  }

  /** True while the disk refuses reports. */
  get diskFull(): boolean {
    return this.full;
  }

  get lastSeq(): number | null {
    return this.entries.at(-1)?.seq ?? null;
  }

  /** Takes a report; a heartbeat takes the place of a heartbeat that still waits, since it says the same and later. */
  async add(report: SpooledReport): Promise<void> {
    const last = this.entries.at(-1);
    if (last?.kind === 'heartbeat' && report.kind === 'heartbeat') await this.remove(last.seq);
    const entry: Entry = { seq: report.seq, kind: report.kind, bytes: report.body.length, body: null };
    try {
      await writeFileAtomically(this.path(entry), report.body);
      this.diskWorks();
    } catch (error) {
      this.diskRefuses(error as NodeJS.ErrnoException);
      await this.keepInMemory(entry, report.body);
    }
    this.entries.push(entry);
    await this.bound();
  }

  /** The oldest report that waits; one whose file is gone or unreadable is dropped and counted. */
  async next(): Promise<SpooledReport | null> {
    for (;;) {
      const [entry] = this.entries;
      if (!entry) return null;
      try {
        const body = entry.body ?? (await readFile(this.path(entry)));
        return { seq: entry.seq, kind: entry.kind, body };
      } catch (error) {
        this.options.log.warn(
          { seq: entry.seq, code: (error as NodeJS.ErrnoException).code },
          'a spooled report is gone',
        );
        await this.drop(entry.seq);
      }
    }
  }

  /** The report is stored at the aggregator: it need not be kept. */
  async remove(seq: number): Promise<void> {
    const entry = this.entries.find(candidate => candidate.seq === seq);
    if (!entry) return;
    this.entries = this.entries.filter(candidate => candidate !== entry);
    if (entry.body === null) await rm(this.path(entry), { force: true });
  }

  /** Puts a smaller form of a report in its place. */
  async replace(report: SpooledReport): Promise<void> {
    const entry = this.entries.find(candidate => candidate.seq === report.seq);
    if (!entry) return;
    if (entry.body === null) {
      try {
        await writeFileAtomically(this.path(entry), report.body);
      } catch (error) {
        this.diskRefuses(error as NodeJS.ErrnoException);
        await rm(this.path(entry), { force: true });
        entry.body = report.body;
      }
    } else entry.body = report.body;
    entry.bytes = report.body.length;
  }

  /** The aggregator will never take this report: it goes to `refused/`, where the newest few are kept for a person to see. */
  async setAside(seq: number): Promise<void> {
    const entry = this.entries.find(candidate => candidate.seq === seq);
    if (!entry) return;
    const directory = join(this.options.directory, 'refused');
    try {
      makeDirectory(directory);
      if (entry.body === null) await rename(this.path(entry), join(directory, nameOf(entry)));
      const names = (await readdir(directory)).sort();
      for (const name of names.slice(0, -limits.spoolRefused)) await rm(join(directory, name), { force: true });
    } catch (error) {
      this.options.log.warn({ seq, code: (error as NodeJS.ErrnoException).code }, 'cannot set a refused report aside');
    }
    await this.drop(seq);
  }

  private async drop(seq: number): Promise<void> {
    await this.remove(seq);
    this.options.onDropped(1);
  }

  private path(entry: { seq: number; kind: Kind }): string {
    return join(this.options.directory, nameOf(entry));
  }

  private async bound(): Promise<void> {
    let dropped = 0;
    while (
      this.entries.length > 1 &&
      (this.entries.length > limits.spoolReports || this.bytes > this.options.maxBytes)
    ) {
      const [oldest] = this.entries;
      if (oldest) await this.drop(oldest.seq);
      dropped += 1;
    }
    if (dropped > 0) this.options.log.warn({ dropped }, 'spool is full; dropped the oldest reports');
  }

  /** Memory holds the newest full report, and a heartbeat after it. A full report that gives way is lost, and counted. */
  private async keepInMemory(entry: Entry, body: Buffer): Promise<void> {
    const older = entry.kind === 'full' ? this.entries.filter(candidate => candidate.body !== null) : [];
    for (const other of older) {
      if (other.kind === 'full') await this.drop(other.seq);
      else await this.remove(other.seq);
    }
    entry.body = body;
  }

  private diskRefuses(error: NodeJS.ErrnoException): void {
    if (!this.full)
      this.options.log.error(
        { directory: this.options.directory, code: error.code },
        'cannot write reports to disk; only the newest is kept, in memory',
      );
    this.full = true;
  }

  private diskWorks(): void {
    if (this.full) this.options.log.info({ directory: this.options.directory }, 'reports are written to disk again');
    this.full = false;
  }
}
