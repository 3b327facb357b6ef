import { causeFacts, type Cause } from '../model/cause.ts';
import { limits } from '../model/limits.ts';
import type { Herd } from '../model/recovery.ts';

/** Open findings by the uid of their node. */
type OpenFindings = ReadonlyMap<string, readonly { cause: Cause; registry: string | null; image: string | null }[]>;

type Counted = { at: number; byNode: Map<string, Record<string, Herd>> };

/** For each node, the registries that it waits on with others. A node alone is no herd. */
const count = (findings: OpenFindings): Counted['byNode'] => {
  const waiting = new Map<string, Set<string>>();
  for (const [uid, found] of findings)
    for (const { cause, registry, image } of found) {
      if (registry === null || image === null || causeFacts(cause).retry === 'never') continue;
      const nodes = waiting.get(registry);
      if (nodes) nodes.add(uid);
      else waiting.set(registry, new Set([uid]));
    }
  const byNode: Counted['byNode'] = new Map();
  for (const [registry, uids] of waiting) {
    if (uids.size < 2) continue;
    // By their uids: every replica gives the same places.
    for (const [place, uid] of [...uids].sort().entries()) {
      const herds = byNode.get(uid) ?? {};
      herds[registry] = { nodes: uids.size, perSecond: limits.herdPerSecond, place };
      byNode.set(uid, herds);
    }
  }
  return byNode;
};

/** How many nodes wait on which registry, and each node's place among them; counted anew every few seconds at most. */
export class HerdCount {
  private readonly findings: OpenFindings;
  private counted: Counted = { at: -Infinity, byNode: new Map() };

  constructor(findings: OpenFindings) {
    this.findings = findings;
  }

  of(uid: string, now: number): Record<string, Herd> {
    if (now - this.counted.at >= limits.herdCountMs) this.counted = { at: now, byNode: count(this.findings) };
    return this.counted.byNode.get(uid) ?? {};
  }
}
