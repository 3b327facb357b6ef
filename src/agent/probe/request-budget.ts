import { limits } from '../../model/limits.ts';

/** How many requests one walk has sent to each host; all that the walk sends shares it, whichever hosts lead there. */
export class RequestBudget {
  private readonly sent = new Map<string, number>();

  /** How many went to each host. */
  get counts(): Record<string, number> {
    return Object.fromEntries(this.sent);
  }

  /** Takes one request to `host:port`; false where `limits.probeRequests` are spent. */
  take(host: string): boolean {
    const count = this.sent.get(host) ?? 0;
    if (count >= limits.probeRequests) return false;
    this.sent.set(host, count + 1);
    return true;
  }
}
