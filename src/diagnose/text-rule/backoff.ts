import type { TextRule } from '../text-rule.ts';

/** Texts that only say that a pull failed. */
export const backoffRules: TextRule[] = [
  {
    cause: 'backoff-only',
    when: { says: ['back-off pulling image', 'imagepullbackoff'] },
    also: [],
    vague: true,
    fires: [
      'Back-off pulling image "team/api:1"',
      'Error: ImagePullBackOff',
      'web-0   0/1   ImagePullBackOff   0   5m',
    ],
    nearly: ['Back-off restarting failed container app in pod web-0_default(2b7a)'],
  },
  {
    cause: 'backoff-only',
    when: { like: /errimagepull\s*$|errimagepull {2}|errimagepull\s+\d/ },
    also: ['other'],
    vague: true,
    fires: ['Error: ErrImagePull', 'web-0   0/1   ErrImagePull   0   5m'],
    nearly: ['ErrImagePull: image pull failed for unknown error'],
  },
];
