import type { FixStep } from './finding.ts';

/** Not asked is not the same as no. */
export type Known = 'yes' | 'no' | 'not-checked';

/** A pull secret as far as may be told: registries' names leave the check, never what is beside them. */
export type SecretFacts = {
  name: string;
  namedBy: 'pod' | 'service account';
  exists: Known;
  type: string | null;
  /** Its content can be read as the kubelet reads it. */
  readable: Known;
  /** Registries it has entries for, as they are written, `limits.workloadHosts` at most. */
  registries: string[];
  /** It has an entry that the kubelet would take for this image. */
  entry: Known;
};

/** What the cluster says of a container that waits for an image. */
export type WorkloadFacts = {
  namespace: string;
  pod: string;
  container: string;
  image: string;
  /** `replaced`: another pod has the name now. */
  found: Known | 'replaced';
  pullPolicy: string | null;
  owner: { kind: string; name: string } | null;
  serviceAccount: string | null;
  secrets: SecretFacts[];
  /** Whether the same image runs in other pods of the namespace, and on which nodes, `limits.workloadNodes` at most. */
  elsewhere: { runs: Known; nodes: string[] };
  /** Why something was not checked; null where all was. */
  unchecked: string | null;
};

/** What those facts come to, in words that name what decides. */
export const workloadVerdicts = [
  'pod-gone',
  'no-secret',
  'secret-missing',
  'secret-wrong-type',
  'secret-unreadable',
  'secret-no-entry',
  'secret-has-entry',
  'secret-not-checked',
  'not-checked',
] as const;
export type WorkloadVerdict = (typeof workloadVerdicts)[number];

/** The facts, what they come to, and what to type. */
export type WorkloadCheck = WorkloadFacts & {
  /** Epoch milliseconds. */
  checkedAt: number;
  verdict: WorkloadVerdict;
  says: string;
  fix: FixStep[];
};
