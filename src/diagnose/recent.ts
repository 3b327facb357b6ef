/** The newest of many things by key, at most `max` of them: a new one beyond that drops the one longest unheard of. */
export class Recent<Value> {
  private readonly byKey = new Map<string, Value>();
  private readonly max: number;

  constructor(max: number, entries: readonly (readonly [string, Value])[] = []) {
    this.max = max;
    for (const [key, value] of entries) this.set(key, value);
  }

  get(key: string): Value | null {
    return this.byKey.get(key) ?? null;
  }

  set(key: string, value: Value): void {
    this.byKey.delete(key);
    this.byKey.set(key, value);
    const oldest = this.byKey.keys().next();
    if (this.byKey.size > this.max && !oldest.done) this.byKey.delete(oldest.value);
  }

  delete(key: string): void {
    this.byKey.delete(key);
  }

  /** Oldest first. */
  values(): Value[] {
    return [...this.byKey.values()];
  }
}
