import type { ClusterView } from './cluster-view.ts';
import { gatherFaults, type Fault } from './faults.ts';
import { judgeGroup, pullersOf, type Judged } from './judge-group.ts';

/** Keeps the verdict on each group and judges again only those that changed, or that time may change. */
export class ClusterJudge {
  readonly view: ClusterView;
  readonly #judged = new Map<string, Judged>();
  #faults: Fault[] = [];

  constructor(view: ClusterView) {
    this.view = view;
  }

  /** What is broken now; times are the aggregator's, epoch milliseconds. */
  faults(now: number): Fault[] {
    const { view } = this;
    view.sweep(now);
    const again = new Set(view.dirty);
    for (const { group, unsteady } of this.#judged.values()) if (unsteady) again.add(group.key);
    view.dirty.clear();
    if (again.size === 0) return this.#faults;
    const groups = [...again].flatMap(key => view.groups.get(key) ?? []);
    const pullers = pullersOf(view, groups);
    for (const key of again) if (!view.groups.has(key)) this.#judged.delete(key);
    for (const group of groups)
      this.#judged.set(group.key, judgeGroup(view, group, { now, pullers: pullers.get(group) ?? [] }));
    this.#faults = gatherFaults([...this.#judged.values()], view);
    return this.#faults;
  }
}
