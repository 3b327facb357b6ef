import { limits } from '../model/limits.ts';
import { Recent } from './recent.ts';
import type { WalkOutcome } from './walk-outcome.ts';

/** When each registry that asked for a pause may be asked again, epoch milliseconds. */
export class NamedTimes {
  private readonly byRegistry = new Recent<number>(limits.recoverImages);

  /**
   * What a registry's newest answers say: a time ahead stands until it is over, and is a day ahead at most. `limited`: it
   * refuses for now, so that a time that is over says nothing any more.
   */
  hear(
    registry: string,
    { notBefore, limited }: Pick<WalkOutcome, 'notBefore'> & { limited: boolean },
    now: number,
  ): void {
    const known = this.byRegistry.get(registry) ?? -Infinity;
    if (notBefore !== null)
      this.byRegistry.set(registry, Math.max(known, Math.min(notBefore, now + limits.probeHoldMs)));
    else if (limited && known <= now) this.byRegistry.delete(registry);
  }

  /** Null where it named none. */
  of(registry: string): number | null {
    return this.byRegistry.get(registry);
  }
}
