import type { TextRule } from '../text-rule.ts';

const resolve = 'failed to pull and unpack image "reg.example/team/api:1": failed to resolve image: ';

/** Who may read the image. A refusal without a sign that credentials were sent is `auth-required`. */
export const authRules: TextRule[] = [
  {
    cause: 'auth-required',
    // Artifact Registry says who asked.
    when: { says: ['unauthenticated request'] },
    also: ['image-not-found', 'auth-denied'],
    fires: [
      'Error response from daemon: Head "https://eu-docker.pkg.dev/v2/p/r/api/manifests/1": denied: Unauthenticated request. Unauthenticated requests do not have permission "artifactregistry.repositories.downloadArtifacts" on resource "projects/p/locations/eu/repositories/r" (or it may not exist)',
    ],
    nearly: [
      'denied: Permission "artifactregistry.repositories.downloadArtifacts" denied on resource "projects/p/locations/eu/repositories/r" (or it may not exist)',
    ],
  },
  {
    cause: 'auth-denied',
    when: {
      says: ['permission ‹name› denied … or it may not exist', 'does not have permission … or it may not exist'],
    },
    also: ['image-not-found', 'auth-required'],
    fires: [
      'denied: Permission "artifactregistry.repositories.downloadArtifacts" denied on resource "projects/p/locations/eu/repositories/r" (or it may not exist)',
    ],
    nearly: ['Error response from daemon: denied: Your authorization token has expired. Reauthenticate and try again.'],
  },
  {
    cause: 'auth-denied',
    when: {
      says: [
        'authorization token has expired',
        'token {has ,is ,}expired',
        'security token',
        'incorrect username or password',
        'invalid username/password',
        'invalid username or password',
        'http basic: access denied',
        'invalid credentials',
        'bad credentials',
        'cannot be authenticated with the token',
        'not authorized to perform',
        'token exchange failed',
        'client does not have permission',
        'downloadartifacts',
        'fetch oauth token',
        'invalid_token',
        'account {is ,}{locked,disabled,suspended}',
        'authentication is required but',
        'wrong {username,password}',
        'login attempt',
        'invalid_grant',
        'personal access token',
        'invalid token',
        'signature expired',
        'not authorized to access',
        'unable to access the repository',
        'permission ‹name› denied',
        'denied: permission',
        'does not have … permission',
        'permission denied on resource',
        'lack{s,} permission',
        "you don't have the needed permissions",
        'access to the resource is denied because',
      ],
      // A page in the place of an answer refuses nothing.
      saysNot: /error parsing http 200/,
    },
    also: ['auth-required'],
    fires: [
      `${resolve}failed to authorize: failed to fetch oauth token: unexpected status from GET request to https://reg.example/token?scope=repository%3Ateam%2Fapi%3Apull&service=reg: 401 Unauthorized`,
      'Error response from daemon: denied: Your authorization token has expired. Reauthenticate and try again.',
      'rpc error: code = Unknown desc = unable to retrieve auth token: invalid username/password: unauthorized: incorrect username or password',
      "Error response from daemon: pull access denied for 1.dkr.ecr.eu-west-1.amazonaws.com/api, repository does not exist or may require 'docker login': denied: User: arn:aws:iam::1:user/ci is not authorized to perform: ecr:BatchGetImage",
      `${resolve}pull access denied, repository does not exist or may require authorization: server message: invalid_token: authorization failed`,
    ],
    nearly: [
      `${resolve}failed to authorize: failed to fetch anonymous token: unexpected status from GET request to https://reg.example/token?service=reg: 401 Unauthorized`,
    ],
  },
  {
    cause: 'auth-required',
    when: {
      says: [
        'no basic auth credentials',
        'may be because there are no credentials',
        'anonymous access',
        'must be {authenticated,logged in}',
        'login required',
        'please log{ ,}in',
        'no credentials',
        'credential{s,} {are ,}required',
      ],
      // What the registry itself said stands behind it.
      saysNot: /not found in repository/,
    },
    also: ['credential-provider', 'auth-denied'],
    fires: [
      `${resolve}pull access denied, repository does not exist or may require authorization: authorization failed: no basic auth credentials`,
      'Error response from daemon: Get https://1.dkr.ecr.eu-west-1.amazonaws.com/v2/api/manifests/1: no basic auth credentials',
    ],
    nearly: ['Error response from daemon: denied: Your authorization token has expired. Reauthenticate and try again.'],
  },
  {
    cause: 'auth-required',
    when: {
      says: [
        'pull access denied',
        'insufficient_scope',
        'no pull access',
        'fetch anonymous token',
        'requested access to the resource is denied',
        'requesting bearer token',
        'authorization failed',
        'no realm specified',
      ],
      saysNot: /(?:5\d\d|404|429) |invalid character|did not include a token|unable to decode/,
    },
    also: ['image-not-found', 'auth-denied'],
    vague: true,
    fires: [
      `${resolve}pull access denied, repository does not exist or may require authorization: server message: insufficient_scope: authorization failed`,
      "Error response from daemon: pull access denied for team/api, repository does not exist or may require 'docker login': denied: requested access to the resource is denied",
      'rpc error: code = Unknown desc = reading manifest latest in docker.io/team/api: requested access to the resource is denied',
      `${resolve}failed to authorize: failed to fetch anonymous token: unexpected status from GET request to https://ghcr.io/token?scope=repository%3Ateam%2Fapi%3Apull&service=ghcr.io: 403 Forbidden`,
      'Error: initializing source docker://ghcr.io/team/api:latest: Requesting bearer token: invalid status code from registry 403 (Forbidden)',
      'rpc error: code = Unknown desc = Error response from daemon: repository team/api not found: does not exist or no pull access',
    ],
    nearly: [
      `${resolve}failed to authorize: failed to fetch anonymous token: unexpected status from GET request to https://ghcr.io/token?service=ghcr.io: 503 Service Unavailable`,
    ],
  },
  {
    cause: 'redirect-blocked',
    when: { status: [401, 403], role: ['redirect'] },
    also: ['auth-denied', 'registry-error'],
    fires: [
      'failed to pull and unpack image "quay.io/team/app:1": failed to copy: httpReadSeeker: failed open: unexpected status from GET request to https://cdn01.quay.io/sha256/13/13e820178dcdf6ec: 403 Forbidden',
    ],
    nearly: [
      'failed to pull and unpack image "quay.io/team/app:1": failed to resolve reference "quay.io/team/app:1": unexpected status from HEAD request to https://quay.io/v2/team/app/manifests/1: 403 Forbidden',
    ],
  },
  {
    cause: 'mirror-failure',
    when: { status: [401, 403], role: ['mirror'] },
    also: ['auth-denied', 'auth-required'],
    fires: [
      'failed to resolve image: unexpected status from HEAD request to https://mirror.example/v2/library/nginx/manifests/1?ns=docker.io: 403 Forbidden',
    ],
    nearly: [
      'failed to resolve image: unexpected status from HEAD request to https://registry-1.docker.io/v2/library/nginx/manifests/1: 403 Forbidden',
    ],
  },
  {
    cause: 'auth-required',
    when: { code: ['unauthorized'], saysNot: /bearer token resource/ },
    also: ['auth-denied', 'image-not-found', 'credential-provider'],
    fires: [
      'rpc error: code = Unknown desc = Error response from daemon: Get https://reg.example/v2/team/api/manifests/1: unauthorized: authentication required',
      'rpc error: code = Unknown desc = reading manifest 1 in quay.io/team/api: unauthorized: access to the requested resource is not authorized',
      'Error response from daemon: unauthorized: unauthorized to access repository: team/api, action: pull: unauthorized to access repository: team/api, action: pull',
    ],
    nearly: [
      'failed to pull image "denied/unauthorized:429": failed to resolve image: denied/unauthorized:429: not found',
    ],
  },
  {
    cause: 'auth-denied',
    when: { code: ['denied'] },
    also: ['auth-required', 'image-not-found'],
    fires: [
      'Error response from daemon: Head "https://ghcr.io/v2/team/api/manifests/1": denied: denied',
      'failed to resolve reference "registry.gitlab.example/team/api:1": denied: access forbidden',
    ],
    nearly: [
      'failed to pull image "denied/unauthorized:429": failed to resolve image: denied/unauthorized:429: not found',
    ],
  },
  {
    cause: 'auth-required',
    when: { status: [401] },
    also: ['auth-denied', 'credential-provider'],
    fires: [
      `${resolve}unexpected status from HEAD request to https://reg.example/v2/team/api/manifests/1: 401 Unauthorized`,
      'failed to resolve reference "reg.example/team/api:1": pulling from host reg.example failed with status code [manifests 1]: 401 Unauthorized',
    ],
    nearly: [
      `${resolve}unexpected status from HEAD request to https://reg.example/v2/team/api/manifests/1: 403 Forbidden`,
    ],
  },
  {
    cause: 'auth-denied',
    // A body that is no registry's is a page of something else: see registry-error.
    when: { status: [403], saysNot: /error parsing http/ },
    also: ['auth-required', 'image-not-found', 'registry-error'],
    fires: [
      `${resolve}unexpected status from HEAD request to https://reg.example/v2/team/api/manifests/1: 403 Forbidden`,
      'failed to resolve reference "reg.example/team/api:1": pulling from host reg.example failed with status code [manifests 1]: 403 Forbidden',
    ],
    nearly: [
      `${resolve}unexpected status from HEAD request to https://reg.example/v2/team/api/manifests/1: 401 Unauthorized`,
    ],
  },
  {
    cause: 'auth-required',
    when: {
      says: [
        'authentication required',
        'access denied',
        'access forbidden',
        'not authorized',
        'unauthorized',
        'not have access',
      ],
      saysNot: /bearer token resource/,
    },
    also: ['auth-denied', 'image-not-found'],
    vague: true,
    fires: [
      'Failed to pull image "reg.example/team/api:1": authentication required',
      'Failed to pull image "reg.example/team/api:1": API error (500): unauthorized access to repository',
    ],
    nearly: ['Failed to pull image "reg.example/team/unauthorized:1": rpc error: code = Unknown desc = unknown'],
  },
];
