import { limits } from '../../model/limits.ts';
import type { Reviewed } from '../kubernetes/reviews.ts';
import { ExpiringMap } from './expiring-map.ts';

/** What was asked, and until when it is known, epoch milliseconds. */
type Asked<Value> = Reviewed<{ value: Value; until: number }>;

/** Answers from a cache, and asks once for all who wait for the same. */
export class Remembered<Value> {
  private readonly known = new ExpiringMap<Value>(limits.authCache);
  private readonly asking = new Map<string, Promise<Asked<Value>>>();
  private readonly now: () => number;

  constructor(now: () => number) {
    this.now = now;
  }

  async get(key: string, ask: () => Promise<Asked<Value>>): Promise<Reviewed<Value>> {
    const held = this.known.get(key, this.now());
    if (held !== undefined) return { kind: 'answer', answer: held };
    let running = this.asking.get(key);
    if (running === undefined) {
      running = ask();
      this.asking.set(key, running);
    }
    try {
      const asked = await running;
      if (asked.kind === 'unavailable') return asked;
      this.known.set(key, asked.answer.value, asked.answer.until);
      return { kind: 'answer', answer: asked.answer.value };
    } finally {
      this.asking.delete(key);
    }
  }
}
