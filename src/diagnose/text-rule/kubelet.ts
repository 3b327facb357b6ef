import type { TextRule } from '../text-rule.ts';

/** What the kubelet says by itself, before or beside the runtime. */
export const kubeletRules: TextRule[] = [
  {
    cause: 'pull-qps-exceeded',
    when: { says: ['pull qps exceeded'] },
    also: ['rate-limited'],
    fires: [
      'Failed to pull image "docker.io/team/api:1": pull QPS exceeded',
      'failed to "StartContainer" for "app" with ErrImagePull: "pull QPS exceeded"',
    ],
    nearly: [
      'Failed to pull image "docker.io/team/pull-qps:exceeded": rpc error: code = Unknown desc = context canceled',
    ],
  },
  {
    cause: 'never-pull',
    when: { says: ['is not present with pull policy of never', 'errimageneverpull'] },
    also: [],
    fires: ['Container image "team/api:local" is not present with pull policy of Never', 'Error: ErrImageNeverPull'],
    nearly: ['Container image "team/api:local" already present on machine'],
  },
  {
    cause: 'secret-problem',
    when: {
      says: [
        'unable to retrieve {some image ,}pull secret',
        'unable to retrieve some image pull secrets',
        'failedtoretrieveimagepullsecret',
        "{couldn't,could not,unable to,failed to} {get,find,parse,read,load,retrieve,decode} … pull{ ,-,}secret",
        '.?dockerconfigjson',
        '.dockercfg',
        'illegal base64 data',
        'data[.dockerconfigjson]',
        'pull secret … {not found,does not exist,is invalid}',
        'secret ‹name› … wrong type',
      ],
    },
    also: ['auth-required'],
    fires: [
      'Unable to retrieve some image pull secrets (regcred); attempting to pull the image may not succeed.',
      'E1121 22:41:53.635097    4312 kubelet_pods.go:1131] "Unable to retrieve pull secret, the image pull may not succeed." pod="default/web" secret="" err="secret \\"regcred\\" not found"',
      'kubelet_pods.go:880] Unable to retrieve pull secret team-a/regcred for team-a/web-0 due to secret "regcred" not found.  The image pull may not succeed.',
    ],
    nearly: [
      'Error: secret "regcred" not found',
      'MountVolume.SetUp failed for volume "tls" : secret "web-tls" not found',
    ],
  },
  {
    cause: 'credential-provider',
    when: {
      says: [
        'credential provider',
        'credential-provider',
        'docker-credential-',
        'error getting credentials - err',
        'failed to get credential{s,} from',
        'failed getting credential',
        'unable to get {ecr ,gcr ,acr ,}credentials',
        'failed to provide credentials for image',
        'no ecr credentials',
        '{ecr,gcr,acr}-credential',
      ],
    },
    also: ['auth-required', 'auth-denied'],
    fires: [
      'E0101 10:00:00.000000    1234 plugin.go:235] "Failed to provide credentials for image" err="error execing credential provider plugin ecr-credential-provider for image 1.dkr.ecr.eu-west-1.amazonaws.com/api: exit status 1" provider="ecr-credential-provider" image="1.dkr.ecr.eu-west-1.amazonaws.com/api"',
      'plugin.go:231] Failed getting credential from external registry credential provider: error execing credential provider plugin gcr-credential-provider for image gcr.io/p/api: context deadline exceeded',
      'Error response from daemon: error getting credentials - err: exec: "docker-credential-ecr-login": executable file not found in $PATH, out: ``',
    ],
    nearly: ['Head "https://1.dkr.ecr.eu-west-1.amazonaws.com/v2/api/manifests/1": no basic auth credentials'],
  },
];
