import type { Stage } from './cause.ts';

/** One step of the pull path as tried from the node. `skip` is its own outcome: not tested is never healthy. */
export type Check = {
  /** Stable id, such as `runtime.cri`. */
  id: string;
  stage: Stage;
  outcome: 'pass' | 'fail' | 'skip';
  /** Stable code of a failure, null otherwise. */
  code: string | null;
  /** How long it took, milliseconds. */
  ms: number;
  /** For people; nothing decides by it. */
  detail: string;
};
