import { Recent } from '../diagnose/recent.ts';
import { limits } from '../model/limits.ts';
import { isPullPolicy, type KnownPolicy, type PullPolicy } from '../model/pull-policy.ts';

type Container = Omit<KnownPolicy, 'policy'>;

const keyOf = ({ namespace, pod, podUid, container }: Container): string =>
  [namespace, pod, podUid ?? '', container].join('/');

/** Pull policies of this node's containers, as the aggregator tells them in its answers to reports. */
export class Policies {
  private readonly now: () => number;
  private readonly known = new Recent<PullPolicy>(2 * limits.openPulls);
  private toldAt = -Infinity;

  /** `now`: epoch milliseconds. */
  constructor(now: () => number) {
    this.now = now;
  }

  /** What an answer tells; null where the aggregator cannot ask the cluster. */
  hear(policies: readonly (Container & { policy: string })[] | null): void {
    this.toldAt = policies === null ? -Infinity : this.now();
    for (const { policy, ...container } of policies ?? [])
      if (isPullPolicy(policy)) this.known.set(keyOf(container), policy);
  }

  /** Null where it was not told. */
  of(container: Container): PullPolicy | null {
    return this.known.get(keyOf(container));
  }

  /** Whether the aggregator can tell them: what it has not told yet may come. */
  get areTold(): boolean {
    return this.now() - this.toldAt <= limits.herdUsableMs;
  }
}
