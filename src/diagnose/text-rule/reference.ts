import type { TextRule } from '../text-rule.ts';

/** References that do not parse, and images that a policy rejects. */
export const referenceRules: TextRule[] = [
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
