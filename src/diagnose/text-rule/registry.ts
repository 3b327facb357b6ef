import type { TextRule } from '../text-rule.ts';

const resolve = 'failed to pull and unpack image "reg.example/team/api:1": failed to resolve image: ';
const status = (code: string, host = 'reg.example'): string =>
  `${resolve}unexpected status from HEAD request to https://${host}/v2/team/api/manifests/1: ${code}`;

/** Limits: before everything else, since their texts carry other words too. */
export const rateRules: TextRule[] = [
  {
    cause: 'rate-limited',
    when: { role: ['mirror'], status: [429] },
    also: ['mirror-failure'],
    fires: [
      'failed to copy: httpReadSeeker: failed open: unexpected status code https://mirror.example/v2/library/redis/manifests/sha256:90beec0db7d43c73?ns=docker.io: 429 Too Many Requests',
    ],
    nearly: [status('429 Too Many Requests')],
  },
  {
    cause: 'rate-limited',
    when: {
      says: [
        'too{ ,}many{ ,}requests',
        'rate limit',
        'rate exceeded',
        'pull limit',
        'data limit exceeded',
        'quota exceeded for quota',
      ],
      saysNot: /client rate limiter|client-side throttling/,
    },
    also: [],
    fires: [
      status('429 Too Many Requests'),
      'rpc error: code = Unknown desc = Error response from daemon: toomanyrequests: You have reached your pull rate limit. You may increase the limit by authenticating and upgrading: https://www.docker.com/increase-rate-limit',
      'rpc error: code = Unknown desc = reading manifest latest in docker.io/team/api: too many requests to registry',
      'Error: initializing source docker://public.ecr.aws/team/api:1: reading manifest 1: toomanyrequests: Rate exceeded',
    ],
    nearly: [
      'failed to pull image "denied/unauthorized:429": failed to resolve image: denied/unauthorized:429: not found',
    ],
  },
  {
    cause: 'rate-limited',
    when: { status: [429] },
    also: [],
    fires: ['Error: initializing source docker://reg.example/api:1: StatusCode: 429, slow down'],
    nearly: [status('428 Precondition Required')],
  },
];

/** Answers that a registry gives when it is broken, or that something else gives in its place. */
export const registryRules: TextRule[] = [
  {
    cause: 'mirror-failure',
    when: {
      role: ['mirror'],
      status: [400, 404, 405, 408, 500, 501, 502, 503, 504, 520, 521, 522, 523, 524, 525, 530],
    },
    also: ['registry-error', 'tag-not-found'],
    fires: [
      'failed to pull and unpack image "docker.io/library/nginx:1": failed to resolve reference "docker.io/library/nginx:1": unexpected status from HEAD request to https://127.0.0.1:6443/v2/library/nginx/manifests/1?ns=docker.io: 500 Internal Server Error',
    ],
    nearly: [status('500 Internal Server Error')],
  },
  {
    cause: 'mirror-failure',
    when: {
      says: [
        'mirror resolve retries exhausted',
        'mirror{s,} also failed',
        'spegel',
        'could not resolve {mirror,key}',
        'registry mirror',
        '{?,&}ns= … not found',
      ],
      saysNot: /\]: \S{1,253}: (?!‹)/,
    },
    also: ['registry-error', 'tag-not-found'],
    fires: [
      'time="2024-03-14T22:24:54Z" level=info msg="spegel 2024/03/14 22:24:54 \\"error\\"=\\"mirror resolve retries exhausted for key: docker.io/library/nginx:1\\" \\"path\\"=\\"/v2/library/nginx/manifests/1\\" \\"status\\"=500"',
    ],
    nearly: ['failed to pull image "reg.example/spegel:1": reg.example/spegel:1: not found'],
  },
  {
    cause: 'registry-error',
    // Something before the registry waited for it in vain.
    when: { says: ['unexpected http status: 504', 'gateway time{-,}out'] },
    also: ['network-timeout', 'proxy-failure', 'mirror-failure'],
    fires: [
      status('504 Gateway Timeout'),
      'Error: reading manifest 1 in reg.example/api: received unexpected HTTP status: 504 Gateway Time-out',
    ],
    nearly: [status('502 Bad Gateway')],
  },
  {
    cause: 'registry-error',
    // docker does not say who answered; a mirror in daemon.json may have.
    when: { says: ['unexpected http status: 5'] },
    also: ['mirror-failure', 'auth-required'],
    fires: ['Error response from daemon: received unexpected HTTP status: 502 Bad Gateway'],
    nearly: [status('502 Bad Gateway')],
  },
  {
    cause: 'registry-error',
    when: { status: [500, 501, 502, 503, 504, 505, 507, 508, 509] },
    // Gateways and proxies before a registry answer so in its name.
    also: ['proxy-failure', 'not-a-registry'],
    fires: [
      status('503 Service Unavailable'),
      'failed to resolve reference "reg.example/team/api:1": pulling from host reg.example failed with status code [manifests 1]: 500 Internal Server Error',
    ],
    nearly: [
      'failed to pull image "reg.example/team/api:503": failed to resolve image: reg.example/team/api:503: not found',
    ],
  },
  {
    cause: 'registry-error',
    // A CDN before the registry says that it did not reach it.
    when: { status: [520, 521, 522, 523, 524, 525, 526, 527, 530] },
    also: ['not-a-registry', 'network-timeout'],
    fires: [status('522 <none>')],
    nearly: [status('502 Bad Gateway')],
  },
  {
    cause: 'not-a-registry',
    when: {
      says: [
        'error parsing http 200',
        'unable to decode token response',
        'invalid character … looking for beginning of value',
        'did not include a token',
        'docker-distribution-api-version',
        'not a {valid ,}{v2 ,}{docker ,}registry',
        'unexpected content-type',
        'not a v2 registry',
        'statuscode: 200, <',
        'unexpected end of json input',
        'no successful hosts',
        'server is not a registry',
      ],
      saysNot: /http 4\d\d|http 5\d\d/,
    },
    also: ['proxy-failure', 'registry-error'],
    fires: [
      'Error response from daemon: error parsing HTTP 200 response body: invalid character \'<\' looking for beginning of value: "<!DOCTYPE html>"',
      `${resolve}failed to authorize: failed to fetch anonymous token: unable to decode token response: invalid character '<' looking for beginning of value`,
    ],
    nearly: [status('503 Service Unavailable')],
  },
  {
    cause: 'not-a-registry',
    when: { says: ['error parsing http 404', '404 page not found'] },
    also: ['image-not-found', 'registry-error'],
    fires: [
      'Error response from daemon: error parsing HTTP 404 response body: invalid character \'p\' after top-level value: "404 page not found\\n"',
    ],
    nearly: ['Error response from daemon: manifest for team/api:1 not found: manifest unknown: manifest unknown'],
  },
  {
    cause: 'registry-error',
    when: { says: ['error parsing http 403'] },
    also: ['auth-denied', 'proxy-failure', 'not-a-registry'],
    fires: [
      'Error response from daemon: error parsing HTTP 403 response body: invalid character \'<\' looking for beginning of value: "<html><body>Blocked</body></html>"',
    ],
    nearly: [
      'Error response from daemon: error parsing HTTP 404 response body: invalid character \'<\' looking for beginning of value: "<html>"',
    ],
  },
  {
    cause: 'registry-error',
    when: {
      says: [
        'bearer token resource',
        'could not fetch content descriptor ‹digest›',
        'blob unknown',
        'unknown blob',
        'error parsing http {4,5}',
        'from remote: not found',
        'unexpected http status',
        'unknown: {internal,server} error',
        'internal server error',
        'service unavailable',
        'bad gateway',
      ],
    },
    also: ['content-corrupt', 'auth-denied', 'auth-required'],
    fires: [
      'failed to pull and unpack image "reg.test:5001/lib/a:misslayer": failed to copy: httpReadSeeker: failed open: could not fetch content descriptor sha256:823c7b1e0ef8f6fc (application/vnd.docker.image.rootfs.diff.tar.gzip) from remote: not found',
      'docker: error pulling image configuration: unauthorized: Requested repository does not match bearer token resource: api.',
      'Error response from daemon: blob unknown: blob unknown to registry',
    ],
    nearly: [`${resolve}reg.example/team/api:1: not found`],
  },
  {
    cause: 'registry-error',
    when: {
      status: [400, 405, 406, 408, 409, 410, 412, 413, 414, 416, 418, 421, 422, 423, 424, 425, 426, 428, 431, 451],
    },
    also: ['proxy-failure', 'not-a-registry'],
    vague: true,
    fires: [status('405 Method Not Allowed')],
    nearly: [status('401 Unauthorized')],
  },
];
