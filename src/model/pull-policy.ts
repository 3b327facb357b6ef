import { parseImageRef } from './image-ref.ts';

/** When the kubelet pulls a container's image (core/v1). */
export type PullPolicy = 'Always' | 'IfNotPresent' | 'Never';

/** Whether a text is one of the three; a newer cluster may know more. */
export const isPullPolicy = (text: string): text is PullPolicy =>
  text === 'Always' || text === 'IfNotPresent' || text === 'Never';

/** The pull policy of one container, as the cluster says. */
export type KnownPolicy = {
  namespace: string;
  pod: string;
  podUid: string | null;
  container: string;
  policy: PullPolicy;
};

/** The policy that the API server gives a container whose pod names none (core/v1/defaults.go). */
export const defaultPolicy = (image: string): 'Always' | 'IfNotPresent' => {
  const parsed = parseImageRef(image);
  return parsed.ok && parsed.ref.digest === null && parsed.ref.tag === 'latest' ? 'Always' : 'IfNotPresent';
};
