import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { writeFileAtomically } from '../lib/atomic-file.ts';
import type { Log } from '../lib/log.ts';
import type { LedgerState } from '../diagnose/pull-ledger.ts';

/** What a restart goes on from. One file, replaced whole: the cursor never gets ahead of what was made of its lines. */
export type SavedState = { version: 1; cursor: string | null; ledger: LedgerState };

const codeOf = (error: unknown): string => (error as NodeJS.ErrnoException).code ?? 'unreadable';

const isState = (value: unknown): value is SavedState => {
  if (typeof value !== 'object' || value === null) return false;
  const { version, cursor, ledger } = value as Partial<SavedState>;
  if (version !== 1 || (cursor !== null && typeof cursor !== 'string')) return false;
  return [ledger?.pulls, ledger?.errors, ledger?.secrets].every(list => Array.isArray(list));
};

/** The agent's state on disk. */
export class StateFile {
  private readonly path: string;
  private readonly log: Log;
  private failing = false;

  constructor(dataDir: string, log: Log) {
    this.path = join(dataDir, 'state.json');
    this.log = log;
  }

  /** The saved state; null on a first start, or where the file is damaged (then the journal is read back instead). */
  async load(): Promise<SavedState | null> {
    try {
      const value: unknown = JSON.parse(await readFile(this.path, 'utf8'));
      if (isState(value)) return value;
      this.log.warn({ path: this.path }, 'saved state is of another form; starting anew');
    } catch (error) {
      if (codeOf(error) !== 'ENOENT')
        this.log.warn({ path: this.path, code: codeOf(error) }, 'saved state is unreadable; starting anew');
    }
    return null;
  }

  /** Saves the state; a fault is logged once and does not stop the agent. */
  async save(state: SavedState): Promise<boolean> {
    try {
      await writeFileAtomically(this.path, JSON.stringify(state));
      this.failing = false;
      return true;
    } catch (error) {
      if (!this.failing)
        this.log.error(
          { path: this.path, code: codeOf(error) },
          'cannot save the state; a restart reads the journal back',
        );
      this.failing = true;
      return false;
    }
  }
}

/** How many numbers are taken at a time: one write to disk in so many reports. */
const block = 1000;

/**
 * Report numbers that only grow, over restarts and crashes too. A start goes on from the clock in milliseconds, which a node's
 * reports never outrun, or from the bound in the file, which no number ever reached, where that is more (the clock was set back).
 */
export class Sequence {
  private readonly path: string;
  private next: number;
  private bound: number;

  private constructor(path: string, first: number) {
    this.path = path;
    this.next = first;
    this.bound = first;
  }

  /** `above`: numbers known to be taken, such as those of reports that still wait. */
  static async open(dataDir: string, above: number, now: number): Promise<Sequence> {
    const path = join(dataDir, 'sequence');
    const saved = await readFile(path, 'utf8').then(Number, () => 0);
    return new Sequence(path, Math.max(Number.isSafeInteger(saved) ? saved : 0, now, above + 1));
  }

  async take(): Promise<number> {
    if (this.next >= this.bound) {
      this.bound = this.next + block;
      // A full disk is no reason to stop: the clock alone is enough unless it is set back as well.
      await writeFileAtomically(this.path, String(this.bound)).catch(() => undefined);
    }
    this.next += 1;
    return this.next - 1;
  }
}
