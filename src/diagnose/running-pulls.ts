import { normalImage } from '../model/image-ref.ts';
import { limits } from '../model/limits.ts';
import type { PullEvent } from '../model/pull-event.ts';

/**
 * Pulls that run in the runtime, by its own log: each begins with a line and ends with one. The agent's own are told apart by
 * when it makes them; what is left is the kubelet's, or another client's.
 */
export class RunningPulls {
  private readonly begun = new Map<string, number[]>();
  private readonly own = new Map<string, number>();

  apply(event: PullEvent): void {
    if (event.kind === 'pull-started') {
      const key = normalImage(event.image);
      this.begun.set(key, [...(this.begun.get(key) ?? []), event.at].slice(-limits.recentErrors));
      this.forget(event.at);
    } else if (event.kind === 'image-pulled' || (event.kind === 'image-failed' && event.source === 'runtime')) {
      const key = normalImage(event.image);
      const [, ...rest] = this.begun.get(key) ?? [];
      if (rest.length === 0) this.begun.delete(key);
      else this.begun.set(key, rest);
    }
  }

  /** The runtime went away, and all its pulls with it. */
  clear(): void {
    this.begun.clear();
  }

  /** The agent begins one. */
  ownBegins(image: string): void {
    this.own.set(normalImage(image), (this.own.get(normalImage(image)) ?? 0) + 1);
  }

  ownEnded(image: string): void {
    const left = (this.own.get(normalImage(image)) ?? 0) - 1;
    if (left > 0) this.own.set(normalImage(image), left);
    else this.own.delete(normalImage(image));
  }

  /** Whether somebody else pulls the image at `now`, epoch milliseconds. */
  othersPull(image: string, now: number): boolean {
    this.forget(now);
    const key = normalImage(image);
    return (this.begun.get(key)?.length ?? 0) > (this.own.get(key) ?? 0);
  }

  private forget(now: number): void {
    for (const [key, times] of this.begun) {
      const kept = times.filter(at => now - at < limits.pullSeenMs);
      if (kept.length === 0) this.begun.delete(key);
      else if (kept.length < times.length) this.begun.set(key, kept);
    }
  }
}
