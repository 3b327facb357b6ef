import type { Finding } from '../../model/finding.ts';
import { limits } from '../../model/limits.ts';
import type { KnownPolicy } from '../../model/pull-policy.ts';
import { isName } from '../kubernetes/name.ts';

/** A container that waits for its image. */
export type WaitingContainer = Omit<KnownPolicy, 'policy'>;

/** Of what can be pulled later at all: the first so many containers. */
export const waitingContainers = (findings: readonly Finding[]): WaitingContainer[] =>
  findings
    .filter(({ image, retry }) => image !== null && retry !== 'never')
    .flatMap(({ pods }) => pods.map(({ namespace, pod, podUid, container }) => ({ namespace, pod, podUid, container })))
    .filter(({ namespace, pod }) => isName(namespace) && isName(pod))
    .slice(0, limits.policiesAtOnce);
