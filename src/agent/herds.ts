import { limits } from '../model/limits.ts';
import type { Herd } from '../model/recovery.ts';
import { reportAnswerSchema, type ReportAnswer } from '../wire/api.ts';
import { readJson } from '../wire/read-json.ts';

/** An aggregator's answer to a report; null where it is none. */
export const readAnswer = (body: string): ReportAnswer | null => {
  const answer = readJson(body, reportAnswerSchema);
  return answer.ok ? answer.value : null;
};

/** Who else waits on which registry, as the aggregator says in its answers to reports. */
export class Herds {
  private readonly now: () => number;
  private at = -Infinity;
  private known: Record<string, Herd> | null = null;

  /** `now`: epoch milliseconds. */
  constructor(now: () => number) {
    this.now = now;
  }

  /** What an answer counts; whether it counts the nodes that wait. */
  hear({ herd }: ReportAnswer): boolean {
    this.at = this.now();
    this.known = herd ?? null;
    return herd !== undefined;
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
