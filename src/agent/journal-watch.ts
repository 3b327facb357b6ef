import { sleep } from '../lib/backoff.ts';
import type { Log } from '../lib/log.ts';
import type { LedgerChange } from '../diagnose/pull-notes.ts';
import type { Cause } from '../model/cause.ts';
import type { Check } from '../model/check.ts';
import { limits } from '../model/limits.ts';
import type { PullEvent } from '../model/pull-event.ts';
import type { JournalEntry } from '../parse/journal-entry.ts';
import { kubeletVersionPattern, pullLinePattern } from '../parse/log-pattern.ts';
import { readLogLine } from '../parse/log-line.ts';
import { FileTail } from './journal/file-tail.ts';
import { findJournalDirectory } from './journal/place.ts';
import { JournalTail, type Tail, type TailStatus } from './journal/tail.ts';
import { LineReader } from './line-reader.ts';
import type { Metrics } from './metrics.ts';
import type { NodeState } from './node-state.ts';
import type { AgentOptions } from './options.ts';
import type { StateFile } from './state-file.ts';
import { countFailure } from './state-metrics.ts';

/** A failure as the kubelet logged it; `at` in epoch milliseconds. */
export type NewFailure = { image: string; cause: Cause; at: number };

export type JournalWatchOptions = {
  options: Pick<AgentOptions, 'hostRoot' | 'journalDir' | 'journalUnit' | 'journalLookback' | 'kubeletLogFile'>;
  cursor: string | null;
  state: NodeState;
  stateFile: StateFile;
  metrics: Metrics;
  log: Log;
  onChange: (change: LedgerChange) => void;
  /** A pull that failed now and was not known to fail so. */
  onFailure: (failure: NewFailure) => void;
  /** What a line says, before anything is made of it. */
  onEvent?: (event: PullEvent) => void;
};

const details: Record<TailStatus, string> = {
  starting: 'the journal is being opened',
  waiting: 'there is no journal yet',
  following: 'the journal is followed',
  failing: 'journalctl cannot read the journal',
};

const checkOf = (status: TailStatus): Check => {
  const outcome = status === 'following' ? 'pass' : status === 'starting' ? 'skip' : 'fail';
  const code = outcome === 'fail' ? `journal-${status}` : null;
  return { id: 'node.journal', stage: 'runtime', outcome, code, ms: 0, detail: details[status] };
};

/** Keeps the node's pull failures up to date with its journal, and saves how far it has come. */
export class JournalWatch {
  private readonly parts: JournalWatchOptions;
  private readonly tail: Tail;
  private readonly reader: LineReader;
  private unsaved = false;
  private askedAt = 0;
  private lookedBack = false;

  constructor(parts: JournalWatchOptions) {
    this.parts = parts;
    const onLost = (count: number): void => this.onLost(count);
    this.reader = new LineReader(event => this.take(event), onLost);
    parts.state.setJournal(checkOf('starting'));
    this.tail = this.openTail({ onEntry: entry => this.read(entry), onLost });
  }

  status(): TailStatus {
    return this.tail.status();
  }

  async run(signal: AbortSignal): Promise<void> {
    const following = this.tail.run(signal);
    while (!signal.aborted) {
      await sleep(limits.stateSaveMs, signal);
      this.parts.onChange(this.parts.state.setJournal(checkOf(this.tail.status())));
      await this.closeSilent(signal);
      await this.save();
      await this.lookBack(signal);
    }
    await following;
    await this.save();
  }

  private onLost(count: number): void {
    this.parts.state.lostLines(count);
    this.parts.metrics.add('pullpath_lines_dropped_total', {}, count);
  }

  private openTail(sink: ConstructorParameters<typeof JournalTail>[0]['sink']): Tail {
    const { options, cursor, log } = this.parts;
    if (options.kubeletLogFile !== null)
      return new FileTail({ path: options.kubeletLogFile, cursor, sink, log, now: Date.now });
    return new JournalTail({
      units: options.journalUnit,
      pattern: pullLinePattern,
      findDirectory: () => findJournalDirectory(options.hostRoot, options.journalDir),
      ...{ cursor, lookbackMs: options.journalLookback, sink, log },
    });
  }

  private read(entry: JournalEntry): void {
    this.unsaved = true;
    this.parts.metrics.add('pullpath_journal_lines_total', {});
    this.parts.metrics.set('pullpath_journal_lag_seconds', {}, Math.max(0, Date.now() - entry.at) / 1000);
    try {
      this.reader.read(entry);
    } catch (error) {
      // A fault of ours on one line must not stop all others, nor meet the same line again after a restart.
      this.onLost(1);
      this.parts.log.error({ error: error instanceof Error ? error.stack : String(error) }, 'cannot read a log line');
    }
  }

  /** The kubelet tells its version once, as it starts, which may be weeks before where the agent begins to read. */
  private async lookBack(signal: AbortSignal): Promise<void> {
    if (this.lookedBack || this.tail.status() !== 'following') return;
    this.lookedBack = true;
    if (this.parts.state.isKubeletKnown()) return;
    const entry = await this.tail.find(kubeletVersionPattern, signal);
    const events = entry?.message == null ? [] : readLogLine(entry.message, entry.at).events;
    if (this.parts.state.isKubeletKnown()) return;
    for (const event of events) if (event.kind === 'kubelet-started') this.take(event);
  }

  private take(event: PullEvent): void {
    const { state, metrics, onFailure, onChange, onEvent } = this.parts;
    if (event.kind === 'kubelet-started') {
      onChange(state.setKubelet(event.version));
      return;
    }
    onEvent?.(event);
    const change = state.apply(event);
    if (event.kind === 'pod-failed' && (change === 'attempt' || change === 'changed')) {
      const pull = state.pullOf(event.who);
      if (pull !== null) {
        countFailure(metrics, pull);
        if (change === 'changed') onFailure({ image: pull.image, cause: pull.textCause, at: event.at });
      }
    }
    onChange(change);
  }

  /** A pull unheard of is closed only if the journal went on without it: a silent journal proves nothing. */
  private async closeSilent(signal: AbortSignal): Promise<void> {
    const quietSince = this.parts.state.quietSince();
    const now = Date.now();
    if (quietSince === null || now - quietSince < limits.silentPullMs) return;
    if (now - this.askedAt < limits.journalCheckMs) return;
    this.askedAt = now;
    const journalAt = await this.tail.newestAt(signal);
    if (journalAt !== null) this.parts.onChange(this.parts.state.closeSilent(journalAt));
  }

  private async save(): Promise<void> {
    if (!this.unsaved) return;
    this.unsaved = false;
    const saved = await this.parts.stateFile.save({
      version: 1,
      cursor: this.tail.cursor(),
      ledger: this.parts.state.ledgerState(),
    });
    if (!saved) this.unsaved = true;
  }
}
