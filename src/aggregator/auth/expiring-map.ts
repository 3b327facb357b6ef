/** What is known until a time, of a bounded number of keys; the one known longest goes first when it is full. */
export class ExpiringMap<Value> {
  private readonly entries = new Map<string, { value: Value; until: number }>();
  private readonly bound: number;

  constructor(bound: number) {
    this.bound = bound;
  }

  get(key: string, now: number): Value | undefined {
    const entry = this.entries.get(key);
    if (entry === undefined) return undefined;
    if (entry.until > now) return entry.value;
    this.entries.delete(key);
    return undefined;
  }

  set(key: string, value: Value, until: number): void {
    this.entries.delete(key);
    this.entries.set(key, { value, until });
    const oldest = this.entries.keys().next();
    if (this.entries.size > this.bound && !oldest.done) this.entries.delete(oldest.value);
  }
}
