import { normalImage } from '../model/image-ref.ts';
import { limits } from '../model/limits.ts';

/** One request of a person: an image, and the nodes whose reports have not come since. Times are epoch milliseconds. */
type Asked = { image: string; waiting: Set<string>; until: number };

/**
 * Pulls that people asked for, until the nodes' next reports: bounded, and forgotten after some minutes. In this process's
 * memory: with several replicas a node that reports to another one does not hear of it.
 */
export class AskedRetries {
  private asked: Asked[] = [];

  /** Asks nodes, by their uids, to pull an image; false where too many requests wait already. */
  add(image: string, nodes: Iterable<string>, now: number): boolean {
    this.forget(now);
    if (this.asked.length >= limits.askedRetries) return false;
    this.asked.push({ image, waiting: new Set(nodes), until: now + limits.askedRetryMs });
    return true;
  }

  /** The images that this node is asked for and did not hear of yet. */
  take(uid: string, now: number): string[] {
    if (this.asked.length === 0) return [];
    this.forget(now);
    const images = new Map<string, string>();
    for (const { image, waiting } of this.asked) {
      if (images.size >= limits.askedRetriesAtOnce) break;
      if (waiting.delete(uid)) images.set(normalImage(image), image);
    }
    return [...images.values()];
  }

  private forget(now: number): void {
    this.asked = this.asked.filter(({ until, waiting }) => until > now && waiting.size > 0);
  }
}
