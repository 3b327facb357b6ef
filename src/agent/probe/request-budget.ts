import { limits } from '../../model/limits.ts';

/** How many requests one walk has sent to each host; all that the walk sends shares it, whichever hosts lead there. */
export class RequestBudget {
  private readonly sent = new Map<string, number>();
  private readonly stopped = new Set<string>();

  /** How many went to each host. */
  get counts(): Record<string, number> {
    return Object.fromEntries(this.sent);
  }

  /** The host said when it wants to be asked again: nothing more is sent to it. */
  stop(host: string): void {
    this.stopped.add(host);
  }

  /** Takes one request to `host:port`; false where `limits.probeRequests` are spent. */
  take(host: string): boolean {
    const count = this.sent.get(host) ?? 0;
    if (count >= limits.probeRequests || this.stopped.has(host)) return false;
    this.sent.set(host, count + 1);
    return true;
  }
}
