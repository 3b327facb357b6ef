import { Backoff, sleep } from '../lib/backoff.ts';
import { PullpathError } from '../model/error.ts';
import { limits } from '../model/limits.ts';
import type { Ask } from './ask.ts';
import { readEvents, type StreamEvent } from './event-stream.ts';

/** Tells the person who watches what the program does; nothing that a program reads. */
export type Say = (line: string) => void;

type Followed = { ask: Ask; signal: AbortSignal; say: Say };

/** A function, for it changes while something is awaited. */
const isOver = (signal: AbortSignal): boolean => signal.aborted;

const isFinal = (error: unknown): boolean =>
  error instanceof PullpathError && ['aggregator-refused', 'aggregator-answer', 'not-found'].includes(error.code);

const whyOf = (error: unknown): string => (error instanceof PullpathError ? error.message : 'the stream broke off');

/**
 * The events of the aggregator's stream from now on. A stream that breaks off is taken up again after the last event seen,
 * until the signal aborts; only the first connection's failure, and a refusal, end it.
 */
export const followStream = async function* (
  follow: NonNullable<Ask['follow']>,
  { signal, say }: Omit<Followed, 'ask'>,
): AsyncGenerator<StreamEvent, void, void> {
  const backoff = new Backoff({ firstMs: limits.followAgainMs, maxMs: limits.followAgainMaxMs });
  let lastId: string | null = null;
  let wasThere = false;
  let saidLost = false;
  while (!isOver(signal)) {
    try {
      const chunks = await follow('/v1/stream', lastId);
      if (saidLost) say('Following again.');
      [wasThere, saidLost] = [true, false];
      for await (const event of readEvents(chunks)) {
        backoff.reset();
        lastId = event.id;
        yield event;
      }
    } catch (error) {
      if (isOver(signal)) return;
      if (!wasThere || isFinal(error)) throw error;
      if (!saidLost) say(`${whyOf(error)}; coming back…`);
      saidLost = true;
    }
    await sleep(backoff.next(), signal);
  }
};

/**
 * Looks again and again, until the signal aborts, where no stream can be had. Only the first look may fail: afterwards what
 * hinders it is told once, and it is tried again.
 */
export const followByAsking = async function* <Item>(
  look: () => Promise<Item[]>,
  { signal, say }: Omit<Followed, 'ask'>,
  everyMs: number = limits.followPollMs,
): AsyncGenerator<Item, void, void> {
  let wasThere = false;
  let saidLost = false;
  while (!isOver(signal)) {
    try {
      const items = await look();
      if (saidLost) say('Following again.');
      [wasThere, saidLost] = [true, false];
      yield* items;
    } catch (error) {
      if (isOver(signal)) return;
      if (!wasThere || isFinal(error)) throw error;
      if (!saidLost) say(`${whyOf(error)}; asking again…`);
      saidLost = true;
    }
    await sleep(everyMs, signal);
  }
};
