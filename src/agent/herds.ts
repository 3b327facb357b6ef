import { limits } from '../model/limits.ts';
import type { Herd } from '../model/recovery.ts';
import { reportAnswerSchema } from '../wire/api.ts';
import { readJson } from '../wire/read-json.ts';

/** Who else waits on which registry, as the aggregator says in its answers to reports. */
export class Herds {
  private readonly now: () => number;
  private at = -Infinity;
  private known: Record<string, Herd> | null = null;

  /** `now`: epoch milliseconds. */
  constructor(now: () => number) {
    this.now = now;
  }

  /** Reads an answer: whether it counts the nodes that wait, and which images a person asks for. */
  hear(body: string): { heard: boolean; retry: string[] } {
    const answer = readJson(body, reportAnswerSchema);
    if (!answer.ok) return { heard: false, retry: [] };
    const { herd, retry = [] } = answer.value;
    this.at = this.now();
    this.known = herd ?? null;
    return { heard: herd !== undefined, retry };
  }

  /**
   * The nodes that wait on a registry; null where this one is alone, undefined where that is not known: no answer of late, or
   * none since the failure of `since` (epoch milliseconds) was counted.
   */
  of(registry: string, since: number): Herd | null | undefined {
    const fresh = this.now() - this.at <= limits.herdUsableMs;
    if (this.known === null || !fresh || this.at < since + limits.herdSettledMs) return undefined;
    return this.known[registry] ?? null;
  }
}
