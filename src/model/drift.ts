import type { NodeSet } from './scope.ts';

/** The nodes of a group that have another value than its majority. */
export type DriftOdd = {
  /** Null where the nodes lack what the majority has. */
  value: string | null;
  nodes: NodeSet;
  /** When the first of them was first seen with it, epoch milliseconds; null where that was before anyone looked. */
  since: number | null;
};

/** One setting or version in which the nodes of a group differ. */
export type Drift = {
  /** As reports name it: `ca:registry.example`, `resolv.conf`, `runtime`. */
  trait: string;
  /** What the nodes of the group have in common: `pool=workers`, `zone=a`, or `all`. */
  group: string;
  /** What most have, null for its absence; `majority: null` where no value has one, and then every value is odd. */
  majority: { value: string | null; count: number } | null;
  /** Live nodes of the group that were compared. */
  compared: number;
  odd: DriftOdd[];
};
