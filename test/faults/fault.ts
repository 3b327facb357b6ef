import type { Cause } from '../../src/model/cause.ts';
import type { Auth } from '../lab/cri.ts';
import type { FaultNode } from './node.ts';

/** One thing broken on purpose, or left sound, and what a right answer to it is. */
export type Fault = {
  /** Unique and short. */
  name: string;
  /** What is really the matter, in words. */
  truth: string;
  node: FaultNode;
  image: string;
  /** The pod's pull secret: the kubelet hands it to containerd; `check` runs without any. */
  auth?: Auth;
  /** Whether containerd pulls the image: held against what it really does. */
  pulls: boolean;
  /** Causes of findings of severity `error`: one of each group must be named, the first of a group being the exact one. */
  errors: readonly (readonly Cause[])[];
  /** Causes of findings of severity `warning`: all of them, and no other. */
  warnings: readonly Cause[];
  /** Words that must be in a finding or a check, for what the cause alone does not tell. */
  says?: string;
  /** Text and walk together decide: `check` runs with `--pull`. */
  pulling?: boolean;
  /** Where the kubelet refuses before it asks the runtime: its words, from which alone the cause is named. */
  kubeletSays?: string;
  /** Why `check` cannot be right here; the row counts as wrong all the same. */
  beyond?: string;
};

export type Told = Pick<Fault, 'name' | 'truth' | 'node' | 'image'> & Partial<Fault>;

/** A fault for which containerd fails, with its one cause; others of the list are right as far as can be told. */
export const fails = (told: Told, ...causes: Cause[]): Fault => ({
  pulls: false,
  errors: [causes],
  warnings: [],
  ...told,
});

/** A pull that works, whatever is said as a warning beside it. */
export const works = (told: Told, ...warnings: Cause[]): Fault => ({ pulls: true, errors: [], warnings, ...told });
