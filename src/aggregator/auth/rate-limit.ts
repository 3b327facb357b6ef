/** So many a second on average, and so many at once. */
export type Rate = { perSecond: number; burst: number };

type Bucket = { tokens: number; at: number };

/** Buckets of tokens by client, one for each kind of request; the client heard of longest ago is forgotten when it is full. */
export class RateLimit {
  private readonly buckets = new Map<string, Bucket>();
  private readonly rate: Rate;
  private readonly bound: number;

  constructor(rate: Rate, bound: number) {
    this.rate = rate;
    this.bound = bound;
  }

  /** Takes one; 0 where there was one, else the milliseconds until there is. */
  take(client: string, now: number): number {
    const wait = this.waitOf(client, now);
    const bucket = this.buckets.get(client);
    if (wait === 0 && bucket !== undefined) bucket.tokens -= 1;
    return wait;
  }

  /** As `take`, and takes nothing. */
  waitOf(client: string, now: number): number {
    const { perSecond, burst } = this.rate;
    const held = this.buckets.get(client) ?? { tokens: burst, at: now };
    const tokens = Math.min(burst, held.tokens + (Math.max(0, now - held.at) / 1000) * perSecond);
    this.buckets.delete(client);
    this.buckets.set(client, { tokens, at: now });
    const oldest = this.buckets.keys().next();
    if (this.buckets.size > this.bound && !oldest.done) this.buckets.delete(oldest.value);
    return tokens >= 1 ? 0 : Math.ceil(((1 - tokens) / perSecond) * 1000);
  }
}
