/** How far a fault reaches: one node, a group of nodes, a registry, an image wherever it is scheduled, or not known yet. */
export const scopeKinds = ['node', 'nodes', 'registry', 'workload', 'unknown'] as const;
export type ScopeKind = (typeof scopeKinds)[number];

/** Something that the failing nodes have and the others do not: a setting's fingerprint, a zone, a version. */
export type SharedTrait = {
  /** As reports name it: `ca:registry.example`, `zone`, `nameservers`. */
  name: string;
  /** Null where they lack what the others have. */
  value: string | null;
  /** Of the failing nodes, how many have it. */
  failing: number;
  /** Of the nodes where it works, how many have it all the same. */
  passing: number;
};

/** What the verdict rests on, in nodes. Each node of the cluster counts once; `tried` is `failed` and `passed` together. */
export type ScopeEvidence = {
  tried: number;
  failed: number;
  passed: number;
  /** Live nodes that did not try, stopped at an earlier step, or fail of something else. */
  notTested: number;
  /** Silent for too long: whatever they said last counts for nothing. */
  stale: number;
  /** Live nodes that change their mind again and again: no evidence either way. */
  flapping: number;
};

/** So many nodes, and the first of their names in alphabetical order, `limits.incidentNodes` at most. */
export type NodeSet = { count: number; names: string[] };

/** How far a fault reaches, with the evidence for it. */
export type Scope = {
  kind: ScopeKind;
  /** Where it fails. */
  nodes: NodeSet;
  /** Empty where nothing tells the failing nodes from the others. */
  shared: SharedTrait[];
  evidence: ScopeEvidence;
  /** One sentence for people: what of the evidence decided. */
  why: string;
};
