import type { ServerResponse } from 'node:http';
import { Wake } from '../lib/backoff.ts';
import { limits } from '../model/limits.ts';
import type { EventPage, StoredEvent } from './store/records.ts';
import type { Store } from './store/store.ts';

/** Where a stream writes; a response is one. */
type Sink = Pick<ServerResponse, 'write' | 'end' | 'destroy' | 'once' | 'off' | 'destroyed' | 'writableEnded'>;

type Client = { sink: Sink; wake: Wake; ended: AbortController };

const frame = ({ id, kind, body }: StoredEvent): string =>
  `id: ${id}\nevent: ${kind}\ndata: ${JSON.stringify(body)}\n\n`;

/** Writes what fits, and waits for the reader to take it; false where it does not in time, or is gone. */
const deliver = (sink: Sink, text: string, signal: AbortSignal): Promise<boolean> =>
  new Promise(resolve => {
    if (signal.aborted || sink.destroyed) {
      resolve(false);
      return;
    }
    const done = (taken: boolean): void => {
      clearTimeout(timer);
      sink.off('drain', drained);
      signal.removeEventListener('abort', aborted);
      resolve(taken);
    };
    const drained = (): void => done(true);
    const aborted = (): void => done(false);
    const timer = setTimeout(() => done(false), limits.streamSlowMs);
    sink.once('drain', drained);
    signal.addEventListener('abort', aborted);
    if (sink.write(text)) done(true);
  });

/**
 * Tells readers what happens, as the store's log of events has it: whatever replica a reader comes back to, it goes on after
 * the last event that it saw. A reader that does not take what it is sent is dropped; nothing is kept for it in memory.
 */
export class Streams {
  readonly #store: Pick<Store, 'eventsAfter' | 'lastEvent' | 'watch'>;
  readonly #clients = new Map<string, Set<Client>>();
  /** What was read since the last change, by the id after which it was asked for: most readers ask for the same. */
  #pages = new Map<number, Promise<EventPage>>();
  #unwatch: (() => void) | null = null;
  #waking: NodeJS.Timeout | null = null;
  #isClosed = false;

  constructor(store: Pick<Store, 'eventsAfter' | 'lastEvent' | 'watch'>) {
    this.#store = store;
  }

  /** How many are open. */
  get count(): number {
    return [...this.#clients.values()].reduce((sum, mine) => sum + mine.size, 0);
  }

  /** Whether one more of this caller is too many. */
  isFull(caller: string): boolean {
    const mine = this.#clients.get(caller)?.size ?? 0;
    return this.#isClosed || mine >= limits.streamsPerCaller || this.count >= limits.streams;
  }

  /** Tells one reader what happens after an event, or from now on (null), until it leaves, is too slow, or it is time to come anew. */
  async serve(caller: string, sink: Sink, after: number | null): Promise<void> {
    const client: Client = { sink, wake: new Wake(), ended: new AbortController() };
    const end = (): void => client.ended.abort();
    const mine = this.#clients.get(caller) ?? new Set();
    this.#clients.set(caller, mine.add(client));
    this.#unwatch ??= this.#store.watch(() => this.#announce());
    sink.once('close', end);
    // Who comes back is asked for his token again.
    const timer = setTimeout(end, limits.streamMs);
    try {
      await this.#tell(client, after);
    } finally {
      clearTimeout(timer);
      mine.delete(client);
      if (mine.size === 0) this.#clients.delete(caller);
      // What was not taken is not waited for.
      if (client.ended.signal.aborted && !sink.destroyed) sink.end();
      else sink.destroy();
    }
  }

  /** Ends all streams; no more are taken. */
  close(): void {
    this.#isClosed = true;
    this.#unwatch?.();
    if (this.#waking !== null) clearTimeout(this.#waking);
    for (const mine of this.#clients.values()) for (const { ended } of mine) ended.abort();
  }

  /** Wakes all readers soon: of a burst of changes once. */
  #announce(): void {
    this.#waking ??= setTimeout(() => {
      this.#waking = null;
      this.#pages = new Map();
      for (const mine of this.#clients.values()) for (const { wake } of mine) wake.notify();
    }, limits.streamGatherMs);
  }

  #read(after: number): Promise<EventPage> {
    const known = this.#pages.get(after);
    if (known !== undefined) return known;
    const reading = this.#store.eventsAfter(after, limits.streamPage);
    this.#pages.set(after, reading);
    // A fault is not what the next one is told.
    reading.catch(() => this.#pages.delete(after));
    return reading;
  }

  async #tell({ sink, wake, ended: { signal } }: Client, after: number | null): Promise<void> {
    const newest = await this.#store.lastEvent();
    // An id that was never given is of another database.
    let last = after === null || after > newest ? newest : after;
    const missed = after !== null && after > newest ? 'event: missed\ndata: {}\n\n' : '';
    let isTaken = await deliver(sink, `retry: ${limits.streamRetryMs}\nid: ${last}\n\n${missed}`, signal);
    while (isTaken && !signal.aborted) {
      const page = await this.#read(last).catch(() => null);
      if (page?.missed === true) {
        last = await this.#store.lastEvent().catch(() => last);
        isTaken = await deliver(sink, `id: ${last}\nevent: missed\ndata: {}\n\n`, signal);
        continue;
      }
      const events = page?.events ?? [];
      if (events.length > 0) {
        isTaken = await deliver(sink, events.map(frame).join(''), signal);
        last = events.at(-1)?.id ?? last;
        if (events.length === limits.streamPage) continue;
      }
      const before = Date.now();
      await wake.wait(signal, limits.streamBeatMs);
      if (Date.now() - before >= limits.streamBeatMs) {
        // Announcements may be lost: a quiet while later it is looked anew.
        this.#pages.delete(last);
        isTaken = await deliver(sink, ': still here\n\n', signal);
      }
    }
  }
}
