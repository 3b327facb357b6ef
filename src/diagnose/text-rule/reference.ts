import type { TextRule } from '../text-rule.ts';

/** References that do not parse, and images that a policy rejects. */
export const referenceRules: TextRule[] = [
  {
    cause: 'signature-policy',
    // The registry's own policy: Harbor answers 412 with the project's rule (vulnerabilities, signatures).
    when: {
      says: ['due to configured policy', 'projectpolicyviolation', 'the image is not signed'],
    },
    also: ['auth-denied'],
    fires: [
      'Error response from daemon: unknown: current image with 3 vulnerabilities cannot be pulled due to configured policy in \'Prevent images with vulnerability severity of "High" or higher from running.\' To continue with pull, please contact your project administrator to exempt matched vulnerabilities through configuring the CVE allowlist.',
      'failed to resolve reference "reg.example/team/api:1": unexpected status from HEAD request to https://reg.example/v2/team/api/manifests/1: 412 Precondition Failed: PROJECTPOLICYVIOLATION: current image without vulnerability scanning cannot be pulled due to configured policy',
      'Error response from daemon: unknown: The image is not signed by cosign.',
    ],
    nearly: ['Error response from daemon: unknown: artifact team/api:1 not found'],
  },
  {
    cause: 'signature-policy',
    when: {
      says: [
        'signaturevalidationfailed',
        'signature validation failed',
        'image verifier',
        'rejected by {signature,image,policy}',
        'is rejected by policy',
        'source image rejected',
        'a signature was required',
        'no {valid ,matching ,}signature{s,} {exists,found}',
        '{verifying,checking,validating,cryptographic} signature{s,}',
        'signature verification failed',
        'invalid gpg signature',
        'remote trust data does not exist',
        'does not have trust data',
        'trust data',
        'image policy webhook',
        'signature not found',
        'invalid image repo',
        'notation',
        'cosign',
        'policy.sigstore',
        'can not copy signatures: ',
      ],
      saysNot: /pushing signatures/,
    },
    also: ['hosts-config-invalid'],
    fires: [
      'rpc error: code = Unknown desc = image verifier bindir blocked pull of reg.example/app:1 with digest sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa for reason: verifier cosign rejected image (exit code 1): no matching signatures',
      'Failed to pull image "reg.example/app:1": SignatureValidationFailed: Source image rejected: A signature was required, but no signature exists',
      'Error: Source image rejected: Running image docker://reg.example/app:1 is rejected by policy.',
      'Error: remote trust data does not exist for docker.io/team/api: notary.docker.io does not have trust data for docker.io/team/api',
    ],
    nearly: [
      'ctr: no signatures',
      'Failed to pull image "reg.example/cosign:1": rpc error: code = NotFound desc = failed to resolve image: reg.example/cosign:1: not found',
    ],
  },
  {
    cause: 'signature-policy',
    // `blocked = true` in registries.conf: someone meant it.
    when: { says: ['is blocked in ‹certs.d›', 'is blocked in ‹path›', 'blocked by configuration'] },
    also: ['hosts-config-invalid', 'other'],
    fires: [
      'Failed to pull image "docker.io/team/api:1": registry docker.io is blocked in /etc/containers/registries.conf or /etc/containers/registries.conf.d',
    ],
    nearly: [
      'Failed to pull image "docker.io/team/api:1": loading registries configuration "/etc/containers/registries.conf": toml: line 3',
    ],
  },
  {
    cause: 'image-name-invalid',
    when: {
      says: [
        'invalid reference format',
        "couldn't parse image {name,reference}",
        'failed to apply default image tag',
        'invalidimagename',
        'failed to parse {image ,}reference',
        'must be lowercase',
        'invalid repository name',
        'cannot specify 64-byte',
        'invalid image name',
        'repository name must',
        'invalid tag format',
        'invalid checksum digest',
        'invalid digest format',
        'error parsing reference',
        'invalid {image ,}reference',
      ],
    },
    also: [],
    fires: [
      'Failed to apply default image tag "good.lab.test/App:v1": couldn\'t parse image name "good.lab.test/App:v1": invalid reference format: repository name (App) must be lowercase',
      'rpc error: code = Unknown desc = failed to parse image reference "reg.test:5001/UPPER:ok": invalid reference format: repository name (UPPER) must be lowercase',
      'Error: InvalidImageName',
      'docker: invalid reference format.',
      'Error response from daemon: invalid reference format: repository name must be lowercase',
    ],
    nearly: ['Failed to pull image "invalid/reference:format": rpc error: code = Unknown desc = context canceled'],
  },
  {
    cause: 'image-name-invalid',
    when: {
      says: [
        'no registries configured while trying to pull an unqualified',
        'short{-,}name',
        'short name mode',
        'returns ambiguous list',
        'unqualified-search registries',
        'unqualified image',
        'name invalid: ',
      ],
    },
    also: ['other', 'hosts-config-invalid'],
    fires: [
      'rpc error: code = Unknown desc = no registries configured while trying to pull an unqualified image',
      'Error: short-name "api" did not resolve to an alias and no unqualified-search registries are defined in "/etc/containers/registries.conf"',
      'rpc error: code = Unknown desc = short-name resolution enforced but cannot prompt without a TTY',
      'Failed to inspect image "team/api:1": rpc error: code = Unknown desc = short name mode is enforcing, but image name team/api:1 returns ambiguous list',
    ],
    nearly: ['Trying to pull docker.io/library/short-name:latest...'],
  },
  {
    cause: 'image-name-invalid',
    // Go refuses the port only when it connects.
    when: { says: ['invalid port'], saysNot: /proxy/ },
    also: ['hosts-config-invalid'],
    fires: [
      'failed to pull and unpack image "reg.example:99999/app:1": failed to resolve image: failed to do request: Head "https://reg.example:99999/v2/app/manifests/1": dial tcp: address 99999: invalid port',
    ],
    nearly: ['proxyconnect tcp: dial tcp: address 99999: invalid port'],
  },
];
