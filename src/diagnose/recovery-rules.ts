import type { Retry } from '../model/cause.ts';
import { limits } from '../model/limits.ts';

/** All that decides whether one image may be pulled now. Times are epoch milliseconds. */
export type PullCase = {
  now: number;
  retry: Retry | null;
  /** What kept the pull from working was changed since, by this node's own files or by a walk that found the path sound. */
  mended: boolean;
  /** Containers of this node that wait for the image. */
  waiting: number;
  policy: 'Always' | 'IfNotPresent';
  /** The cluster can be asked for it, and has not told yet. */
  policyAwaited: boolean;
  runtimeAnswers: boolean;
  /** The kubelet's own pull of it runs. */
  kubeletPulls: boolean;
  /** The runtime has the image; null where it could not be asked. */
  present: boolean | null;
  /** It was pulled by the agent before, and a pod waits for it still. */
  pulledInVain: boolean;
  isPrivate: boolean;
  /** `--retry-credentials` has an entry for it. */
  hasCredentials: boolean;
  /** The kubelet would ask who pulled it, and refuse it to the pod. */
  verified: boolean;
  /** The file system of the images by statfs; null where it could not be asked. */
  disk: { totalBytes: number; freeBytes: number } | null;
  /** Above this the kubelet removes images, percent. */
  highPercent: number;
  /** As the manifest tells it, compressed; null where that was not read. */
  imageBytes: number | null;
  /** Pulls of the agent's own that run now. */
  running: { registry: number; node: number };
  /** Pulls of the agent's own in the last hour. */
  hour: { image: number; node: number };
  /** When the registry said that it may be asked again; null where it said nothing. */
  namedAt: number | null;
  /** The end of the wait after pulls that failed; -Infinity before the first. */
  backOffUntil: number;
};

/** What the file system would hold with the image on it, percent; 100 where it cannot be told. */
const filled = ({ disk, imageBytes }: PullCase): number => {
  if (disk === null || disk.totalBytes <= 0) return 100;
  const unknown = Math.min(
    limits.recoverUnknownBytes,
    (disk.totalBytes * limits.recoverUnknownShare) / limits.recoverUnpackFactor,
  );
  const need = (imageBytes ?? unknown) * limits.recoverUnpackFactor;
  return (100 * (disk.totalBytes - disk.freeBytes + need)) / disk.totalBytes;
};

type Rule = {
  /** Ends the sentence "not pulled: ". */
  says: string;
  /** It stands until someone changes something; the others pass by themselves. */
  stands: boolean;
  forbids: (given: PullCase) => boolean;
};

/** Every rule that keeps the agent from pulling, in the order in which they are asked; codes are part of the API. */
export const recoveryRules = {
  'pod-gone': {
    says: 'no container on this node waits for it',
    stands: true,
    forbids: ({ waiting }) => waiting === 0,
  },
  'cause-never': {
    says: 'trying again cannot help until someone changes something',
    stands: true,
    forbids: ({ retry, mended }) => retry === 'never' && !mended,
  },
  'policy-always': {
    says: 'with imagePullPolicy Always (the default of an image without a tag or with :latest) a pull cannot help: the kubelet asks the registry itself at its next attempt, whatever is on the node',
    stands: true,
    forbids: ({ policy }) => policy === 'Always',
  },
  'policy-awaited': {
    says: 'whether the policy is Always was asked of the cluster just now, and is not told yet',
    stands: false,
    forbids: ({ policyAwaited }) => policyAwaited,
  },
  'needs-credentials': {
    says: 'it is private, and the agent uses nobody’s credentials unless --retry-credentials has some for its registry',
    stands: true,
    forbids: ({ isPrivate, hasCredentials }) => isPrivate && !hasCredentials,
  },
  'verification-required': {
    says: 'the kubelet checks who pulled an image (imagePullCredentialsVerificationPolicy), and would pull it again with the pod’s own credentials',
    stands: true,
    forbids: ({ verified }) => verified,
  },
  'no-time-named': {
    says: 'it is refused for now, and nothing said until when',
    stands: true,
    forbids: ({ retry, namedAt }) => retry === 'wait' && namedAt === null,
  },
  'not-yet': {
    says: 'the registry named a time before which it wants no request',
    stands: false,
    forbids: ({ namedAt, now }) => namedAt !== null && now < namedAt,
  },
  'runtime-down': {
    says: 'the container runtime does not answer',
    stands: false,
    forbids: ({ runtimeAnswers }) => !runtimeAnswers,
  },
  'already-there': {
    says: 'the runtime has the image: the kubelet finds it at its next look, or wants it from the registry itself',
    stands: false,
    forbids: ({ present }) => present === true,
  },
  'pulled-in-vain': {
    says: 'it was pulled before and the pod waited on: its policy is Always, or the kubelet checks who pulled it',
    stands: true,
    forbids: ({ pulledInVain }) => pulledInVain,
  },
  'kubelet-is-pulling': {
    says: 'the kubelet is pulling it now',
    stands: false,
    forbids: ({ kubeletPulls }) => kubeletPulls,
  },
  'disk-pressure': {
    says: 'with it the file system of the images would be fuller than the kubelet lets it be before it removes images, or how full it is cannot be told',
    stands: false,
    forbids: given => filled(given) >= given.highPercent,
  },
  'backing-off': {
    says: 'the agent’s last pull of it failed, and the wait after that is not over',
    stands: false,
    forbids: ({ backOffUntil, now }) => now < backOffUntil,
  },
  'registry-busy': {
    says: 'the agent pulls another image from this registry',
    stands: false,
    forbids: ({ running }) => running.registry >= limits.recoverRegistryPulls,
  },
  'node-busy': {
    says: 'the agent pulls two other images on this node',
    stands: false,
    forbids: ({ running }) => running.node >= limits.recoverNodePulls,
  },
  'budget-spent': {
    says: 'the agent’s pulls of this hour are spent',
    stands: false,
    forbids: ({ hour }) => hour.image >= limits.recoverImageHour || hour.node >= limits.recoverNodeHour,
  },
} as const satisfies Record<string, Rule>;

/** The code of a rule. */
export type RecoveryRule = keyof typeof recoveryRules;

const order = Object.keys(recoveryRules) as RecoveryRule[];

/** The first rule that forbids the pull now; null where it may be made. */
export const forbiddenBy = (given: PullCase): RecoveryRule | null =>
  order.find(code => recoveryRules[code].forbids(given)) ?? null;
