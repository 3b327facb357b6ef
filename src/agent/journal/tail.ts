import { stat } from 'node:fs/promises';
import { Backoff, sleep } from '../../lib/backoff.ts';
import type { Log } from '../../lib/log.ts';
import { limits } from '../../model/limits.ts';
import { readJournalEntry, type JournalEntry } from '../../parse/journal-entry.ts';
import { followJournal, newestEntry, type JournalctlEnd, type JournalPlace, type JournalStart } from './journalctl.ts';

/** What a source of log lines tells while it is followed. */
export type TailSink = {
  onEntry: (entry: JournalEntry) => void;
  /** Lines that could not be read and were skipped. */
  onLost: (count: number) => void;
};

/** `waiting`: there is no journal yet; `failing`: journalctl ends again and again, or there is none. */
export type TailStatus = 'starting' | 'waiting' | 'following' | 'failing';

/** A followed source of log lines. */
export type Tail = {
  /** Follows until the signal aborts; every fault is logged once, waited out and tried again. */
  run(signal: AbortSignal): Promise<void>;
  status(): TailStatus;
  /** Where a restart goes on: every line before it has been handed to the sink. */
  cursor(): string | null;
  /** When the newest entry of the chosen units was logged; null where that cannot be told. */
  newestAt(signal: AbortSignal): Promise<number | null>;
  /** The newest entry that matches, however old, within `limits.journalAskMs`; null where none is found. */
  find(pattern: string, signal: AbortSignal): Promise<JournalEntry | null>;
};

export type JournalTailOptions = {
  units: string[];
  pattern: string;
  /** Finds the journal directory anew before each start; null while there is none. */
  findDirectory: () => Promise<string | null>;
  /** The last entry whose effect is on disk; null to begin `lookbackMs` before the newest entry. */
  cursor: string | null;
  lookbackMs: number;
  /** How often the directory is looked at. */
  lookMs?: number;
  sink: TailSink;
  log: Log;
};

/** journalctl refuses anything else and ends. */
const cursorPattern =
  /^s=[0-9a-f]{1,32};i=[0-9a-f]{1,16};b=[0-9a-f]{1,32};m=[0-9a-f]{1,16};t=[0-9a-f]{1,16};x=[0-9a-f]{1,16}$/;

/** What journalctl says where its user has no inotify instance or watch left (sd-journal: EMFILE, ENOSPC). */
const outOfWatches = /watch descriptors|too many open files|No space left on device/i;

/** What tells a directory from one made anew in its place: file systems give the same inode number again at once. */
const markOf = (path: string): Promise<string | null> =>
  stat(path).then(
    stats => `${stats.ino} ${stats.birthtimeMs}`,
    () => null,
  );

/** The node's journal, read through `journalctl --follow`. */
export class JournalTail implements Tail {
  private readonly options: JournalTailOptions;
  private readonly backoff = new Backoff({ firstMs: limits.journalRetryFirstMs, maxMs: limits.journalRetryMaxMs });
  private last: string | null;
  private directory: string | null = null;
  private current: TailStatus = 'starting';
  private lastComplaint = '';

  constructor(options: JournalTailOptions) {
    this.options = options;
    this.last = options.cursor;
    if (this.last !== null && !cursorPattern.test(this.last)) {
      options.log.warn({ cursor: this.last.slice(0, 200) }, 'saved journal cursor is not one; reading back instead');
      this.last = null;
    }
  }

  status(): TailStatus {
    return this.current;
  }

  cursor(): string | null {
    return this.last;
  }

  async newestAt(signal: AbortSignal): Promise<number | null> {
    if (this.directory === null) return null;
    const { entry } = await newestEntry(this.place(this.directory), signal);
    return entry?.at ?? null;
  }

  async find(pattern: string, signal: AbortSignal): Promise<JournalEntry | null> {
    if (this.directory === null) return null;
    return (await newestEntry(this.place(this.directory), signal, pattern)).entry;
  }

  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      this.directory = await this.options.findDirectory();
      if (this.directory === null) this.complain('waiting', { reason: 'no journal directory yet' });
      else await this.follow(this.directory, signal);
      await sleep(this.backoff.next(), signal);
    }
  }

  private place(directory: string): JournalPlace {
    return { directory, units: this.options.units, pattern: this.options.pattern };
  }

  /** One run of journalctl, up to its end or until the journal lives elsewhere. */
  private async follow(directory: string, signal: AbortSignal): Promise<void> {
    const place = this.place(directory);
    const start = await this.start(place, signal);
    if (start === null) return;
    const moved = new AbortController();
    const mark = await markOf(directory);
    // journalctl goes on in silence when its directory is removed, made anew, or left for another (flushed from /run).
    const look = async (): Promise<void> => {
      const found = await this.options.findDirectory();
      if (found !== directory || (await markOf(directory)) !== mark) moved.abort();
    };
    const watch = setInterval(() => void look(), this.options.lookMs ?? limits.journalLookMs);
    const settled = setTimeout(() => this.follows(directory), limits.journalRetryFirstMs);
    const steady = setTimeout(() => this.isSteady(), limits.journalSteadyMs);
    try {
      const end = await followJournal(place, start, {
        signal: AbortSignal.any([signal, moved.signal]),
        onLine: line => this.take(line, directory),
        onLost: () => this.options.sink.onLost(1),
      });
      if (!signal.aborted && !moved.signal.aborted) this.ended(end);
    } finally {
      clearInterval(watch);
      clearTimeout(settled);
      clearTimeout(steady);
    }
  }

  private async start(place: JournalPlace, signal: AbortSignal): Promise<JournalStart | null> {
    if (this.last !== null) return { cursor: this.last };
    const { entry, end } = await newestEntry(place, signal);
    if (entry !== null) return { sinceMs: entry.at - this.options.lookbackMs };
    if (signal.aborted) return null;
    if (end.code === 0) return 'oldest';
    this.ended(end);
    return null;
  }

  private take(line: string, directory: string): void {
    this.follows(directory);
    const entry = readJournalEntry(line);
    if (entry === null) {
      this.options.sink.onLost(1);
      return;
    }
    // --cursor begins with the entry itself, --after-cursor would skip a real one where the entry is gone.
    if (entry.cursor === this.last) return;
    this.last = entry.cursor;
    this.options.sink.onEntry(entry);
  }

  private follows(directory: string): void {
    if (this.current === 'following') return;
    this.current = 'following';
    // One that ends again and again has been complained of, and is followed again only when it stays.
    if (this.lastComplaint === '') this.sayFollowing(directory);
  }

  /** A journalctl without an inotify watch prints what is there and ends: lines alone do not show that it stays. */
  private isSteady(): void {
    this.backoff.reset();
    if (this.lastComplaint !== '' && this.directory !== null) this.sayFollowing(this.directory);
    this.lastComplaint = '';
  }

  private sayFollowing(directory: string): void {
    this.options.log.info({ directory, units: this.options.units }, 'following the journal');
  }

  private ended(end: JournalctlEnd): void {
    const said = end.missing ? 'journalctl is not installed' : end.stderr || 'journalctl ended';
    const reason = outOfWatches.test(said) ? `${said}; raise fs.inotify.max_user_instances on the node` : said;
    this.complain('failing', { reason, exitCode: end.code });
  }

  private complain(status: TailStatus, facts: { reason: string; exitCode?: number | null }): void {
    this.current = status;
    if (facts.reason === this.lastComplaint) return;
    this.lastComplaint = facts.reason;
    this.options.log.warn(
      facts,
      status === 'waiting' ? 'waiting for the journal' : 'cannot read the journal; trying again',
    );
  }
}
