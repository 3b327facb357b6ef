import { normalImage } from '../model/image-ref.ts';
import { limits } from '../model/limits.ts';
import type { PullEvent } from '../model/pull-event.ts';
import { Recent } from './recent.ts';

type Period = { from: number; until: number };

/** When a pull began, and whether CRI-O runs it. */
type Begun = { at: number; isOfCrio: boolean };

/** Whether the line says that a pull ended: the kubelet writes two for one that failed without credentials. */
const isEnd = (event: PullEvent): event is Ended =>
  event.kind === 'image-pulled' || (event.kind === 'image-failed' && event.anonymous !== true);

type Ended = Extract<PullEvent, { kind: 'image-pulled' | 'image-failed' }>;

/**
 * Pulls that run in the runtime, by its own log: each begins with a line and ends with one. Of one that fails CRI-O writes none
 * (server/image_pull.go: at level debug), so that there the kubelet's line ends it. The agent's own are told apart by when it
 * makes them; what is left is the kubelet's, or another client's.
 */
export class RunningPulls {
  private readonly begun = new Map<string, Begun[]>();
  private readonly own = new Map<string, number>();
  /** When the agent's own last failed, by image, until the line of its begin is met. */
  private readonly failedOwn = new Recent<Period>(limits.recoverImages);

  apply(event: PullEvent): void {
    if (event.kind === 'pull-started') {
      const key = normalImage(event.image);
      const one = { at: event.at, isOfCrio: event.request !== undefined };
      this.begun.set(key, [...(this.begun.get(key) ?? []), one].slice(-limits.recentErrors));
      this.dropFailedOwn(key);
      this.forget(event.at);
    } else if (isEnd(event)) {
      const key = normalImage(event.image);
      const byKubelet = event.kind === 'image-failed' && event.source === 'kubelet';
      const begun = this.begun.get(key) ?? [];
      this.drop(
        key,
        begun.findIndex(({ isOfCrio }) => isOfCrio || !byKubelet),
      );
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

  /** The agent's own failed, which CRI-O's log does not say; the line of its begin may be read only after that. */
  ownFailed(image: string, period: Period): void {
    this.failedOwn.set(normalImage(image), period);
    this.dropFailedOwn(normalImage(image));
  }

  /** Whether somebody else pulls the image at `now`, epoch milliseconds. */
  othersPull(image: string, now: number): boolean {
    this.forget(now);
    const key = normalImage(image);
    return (this.begun.get(key)?.length ?? 0) > (this.own.get(key) ?? 0);
  }

  private dropFailedOwn(key: string): void {
    const failed = this.failedOwn.get(key);
    if (failed === null) return;
    const { from, until } = failed;
    const isMine = ({ at, isOfCrio }: Begun): boolean => isOfCrio && at >= from && at <= until + limits.sameAttemptMs;
    const index = (this.begun.get(key) ?? []).findIndex(isMine);
    if (index === -1) return;
    this.failedOwn.delete(key);
    this.drop(key, index);
  }

  private drop(key: string, index: number): void {
    const rest = (this.begun.get(key) ?? []).filter((_, at) => at !== index);
    if (rest.length === 0) this.begun.delete(key);
    else this.begun.set(key, rest);
  }

  private forget(now: number): void {
    for (const [key, times] of this.begun) {
      const kept = times.filter(({ at }) => now - at < limits.pullSeenMs);
      if (kept.length === 0) this.begun.delete(key);
      else if (kept.length < times.length) this.begun.set(key, kept);
    }
  }
}
