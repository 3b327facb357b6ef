import { Recent } from '../diagnose/recent.ts';
import type { PullEvent } from '../model/pull-event.ts';
import { limits } from '../model/limits.ts';
import type { JournalEntry } from '../parse/journal-entry.ts';
import { createKlogJoiner, type KlogJoiner } from '../parse/klog-lines.ts';
import { readLogLine } from '../parse/log-line.ts';
import { redact } from '../parse/redact.ts';

/** Turns entries into pull events: values over several lines are rejoined stream by stream. */
export class LineReader {
  private readonly joiners = new Map<string, KlogJoiner>();
  /** What CRI-O was asked to pull, by the number of the request. */
  private readonly asked = new Recent<string>(limits.runtimeRequests);
  private readonly onEvent: (event: PullEvent) => void;
  private readonly onLost: (count: number) => void;

  constructor(onEvent: (event: PullEvent) => void, onLost: (count: number) => void) {
    this.onEvent = onEvent;
    this.onLost = onLost;
  }

  read(entry: JournalEntry): void {
    if (entry.message === null) {
      this.onLost(1);
      return;
    }
    for (const record of this.joinerOf(entry.stream).push(entry.message)) {
      const { events, torn } = readLogLine(redact(record), entry.at);
      if (torn) this.onLost(1);
      for (const event of events) {
        if (event.kind === 'lines-lost') this.onLost(event.count);
        this.onEvent(this.named(event));
      }
    }
  }

  /** CRI-O names an image that it pulled by its digest: the line of the same request told what was asked for. */
  private named(event: PullEvent): PullEvent {
    if (event.kind === 'pull-started' && event.request !== undefined) this.asked.set(event.request, event.image);
    if (event.kind !== 'image-pulled' || event.request === undefined) return event;
    return { ...event, image: this.asked.get(event.request) ?? event.image };
  }

  private joinerOf(stream: string): KlogJoiner {
    const joiner = this.joiners.get(stream) ?? createKlogJoiner();
    // Put back at the end: the stream longest silent is given up first.
    this.joiners.delete(stream);
    this.joiners.set(stream, joiner);
    const oldest = this.joiners.keys().next();
    if (this.joiners.size > limits.openStreams && !oldest.done) this.joiners.delete(oldest.value);
    return joiner;
  }
}
