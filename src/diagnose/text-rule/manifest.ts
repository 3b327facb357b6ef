import type { TextRule } from '../text-rule.ts';

const resolve = 'failed to pull and unpack image "reg.example/team/api:1": failed to resolve image: ';

/** The registry answered, and what it has is not for this node's runtime. */
export const platformRules: TextRule[] = [
  {
    cause: 'platform-mismatch',
    when: {
      says: [
        'no match for platform',
        'no matching manifest for',
        'no image found in {manifest list,image index}',
        'does not match the specified platform',
        'cannot be used on this platform',
        'image operating system',
        'no child with platform',
        'not supported on this platform',
        'no supported platform',
        'unable to find platform',
        'platform not found',
        'no manifest {found ,}for platform',
        'container os version does not match',
        'download windows image',
        'does not provide {the ,}{any ,}platform',
        'could not find a matching {platform,os}',
        'unsupported platform',
        'is incompatible with a … host',
        "doesn't match … platform",
        'exec format error',
      ],
    },
    also: ['tag-not-found', 'unsupported-manifest'],
    fires: [
      'rpc error: code = NotFound desc = failed to pull and unpack image "reg.example/app:1": no match for platform in manifest: not found',
      'rpc error: code = NotFound desc = get image config descriptor: no match for platform in manifest sha256:402b2b24bd6c2b47: not found',
      'no matching manifest for linux/arm64/v8 in the manifest list entries',
      'rpc error: code = Unknown desc = choosing an image from manifest list docker://reg.example/app:1: no image found in manifest list for architecture "arm64", variant "v8", OS "linux"',
      'docker: image operating system "windows" cannot be used on this platform.',
      'image with reference reg.example/app:1 was found but does not match the specified platform: wanted linux/arm64, actual: linux/amd64',
    ],
    nearly: [`${resolve}reg.example/team/api:1: not found`],
  },
  {
    cause: 'unsupported-manifest',
    when: { says: ['unexpected media type text/html'] },
    also: ['not-a-registry', 'proxy-failure', 'mirror-failure'],
    fires: [
      'rpc error: code = NotFound desc = failed to pull and unpack image "docker.io/team/api:1": failed to unpack image on snapshotter overlayfs: unexpected media type text/html for sha256:9c46851c0f5d6f11: not found',
      'rpc error: code = NotFound desc = get image config descriptor: unexpected media type text/html for sha256:9c46851c0f5d6f11: not found',
    ],
    nearly: [
      'failed to unpack image on snapshotter overlayfs: unexpected media type application/octet-stream for sha256:9c46851c0f5d6f11: not found',
    ],
  },
  {
    cause: 'unsupported-manifest',
    // An artifact (a chart, a module) whose config has no layers, pulled as an image.
    when: { says: ['rootfs and manifest layers', 'no processor for media{-, ,}type'] },
    also: ['content-corrupt'],
    fires: [
      'failed to pull and unpack image "reg.example/chart:1": failed to unpack image on snapshotter overlayfs: mismatched image rootfs and manifest layers',
      'failed to extract layer sha256:670ac5cc1c3ebcf5: failed to get stream processor for application/vnd.oci.image.layer.v1.tar+zstd+encrypted: no processor for media-type: unknown',
    ],
    nearly: ['failed to extract layer sha256:670ac5cc1c3ebcf5: zstd: invalid magic'],
  },
  {
    cause: 'unsupported-manifest',
    when: {
      says: [
        'unexpected media{ ,}type',
        'schema{ ,}1',
        'schema version',
        'manifest.v1',
        'unsupported manifest',
        'unsupported media{ ,}type',
        'unsupported mime{ ,}type',
        'unsupported {image ,}format',
        'no signatures',
        'missing signature key',
        'unknown media{ ,}type',
        'manifest{ ,_}invalid',
        'failed to {decode,unmarshal,parse} {the ,}manifest',
        'cannot unmarshal',
        'invalid manifest',
        'encountered unknown type',
        'failed to convert',
        'unsupported layer',
        'mediatype in manifest should be',
        'unsupported docker v1',
        'unsupported docker v2',
        'invalid config media{ ,}type',
        'unrecognized',
        'no decryption keys',
        'decrypt',
        'pushing signatures',
        'unexpected manifest',
        'manifest type',
        'unsupported: ',
        'not an image',
        'unable to {unmarshal,decode} {the ,}{manifest,json}',
        'artifact type',
        'media{ ,}type … {not supported,no longer supported,unsupported}',
        'application/ … {not,no longer} supported',
        'compression … not supported',
        'accept header does not support',
        'invalid image manifest',
      ],
      saysNot: /oci artifact err/,
    },
    also: ['other', 'not-a-registry', 'content-corrupt'],
    fires: [
      'Error response from daemon: application/vnd.docker.distribution.manifest.v1+prettyjws not supported',
      'rpc error: code = Unimplemented desc = failed to pull and unpack image "reg.example/app:1": media type "application/vnd.docker.distribution.manifest.v1+prettyjws" is no longer supported since containerd v2.0, please rebuild the image',
      'ctr: no signatures',
      "mediaType in manifest should be 'application/vnd.docker.distribution.manifest.v2+json' not 'application/vnd.oci.image.manifest.v1+json'",
      'Error: parsing image configuration: unsupported image-specific operation on artifact with type "application/vnd.cncf.helm.config.v1+json": unsupported MIME type',
    ],
    nearly: [`${resolve}reg.example/team/api:1: not found`],
  },
];

/** There is no such image. containerd cannot tell repository from tag. */
export const notFoundRules: TextRule[] = [
  {
    cause: 'image-not-found',
    when: {
      says: [
        'name unknown',
        'name_unknown',
        'repository {name ,}{is ,}not {found,known}',
        'repo not found',
        'project … not found',
        'repository … {does not exist,not found}',
        'could not find repository',
        'no such repository',
        'repository does not exist',
      ],
      saysNot: /may require|no pull access|manifest (?:unknown|for)/,
    },
    also: ['auth-required', 'tag-not-found'],
    fires: [
      "Error response from daemon: repository reg.example/team/api not found: name unknown: The repository with name 'team/api' does not exist in the registry with id '1'",
      'rpc error: code = Unknown desc = reading manifest 1 in reg.example/team/api: name unknown: repository name not known to registry',
      'Error response from daemon: unknown: project team not found',
    ],
    nearly: ['Error response from daemon: manifest for team/api:9 not found: manifest unknown: manifest unknown'],
  },
  {
    cause: 'mirror-failure',
    when: { role: ['mirror'], says: ['content at … not found'] },
    also: ['tag-not-found', 'registry-error'],
    fires: [
      'failed to copy: httpReadSeeker: failed open: content at https://mirror.example/v2/library/nginx/manifests/sha256:90beec0db7d43c73?ns=docker.io not found: not found',
    ],
    nearly: [
      'failed to copy: httpReadSeeker: failed open: content at https://reg.example/v2/nginx/manifests/sha256:90beec0db7d43c73 not found: not found',
    ],
  },
  {
    cause: 'tag-not-found',
    when: {
      says: [
        'manifest{ ,_}unknown',
        'unable to find tag',
        'tag does not exist',
        'deleted or has expired',
        'not known to the registry',
        'content at ‹url› not found',
        'unknown manifest',
        'manifest … {not found,does not exist}',
        'tag … not found',
        // Harbor, for a tag or digest that a repository does not have.
        'artifact … not found',
        'no such {tag,manifest}',
        'does not have tag',
      ],
      saysNot: /no match for platform/,
    },
    also: ['image-not-found'],
    fires: [
      'rpc error: code = Unknown desc = Error response from daemon: manifest for team/api:v9 not found: manifest unknown: manifest unknown',
      'rpc error: code = Unknown desc = reading manifest v9 in quay.io/team/api: manifest unknown',
      'Error: image team/api: Tag v9 not found in repository docker.io/team/api',
      'failed to copy: httpReadSeeker: failed open: content at http://reg.test:5001/v2/lying/manifests/sha256:0000000000000000 not found: not found',
    ],
    nearly: ['Error response from daemon: repository team/api not found: name unknown'],
  },
  {
    cause: 'tag-not-found',
    when: {
      says: [
        '{‹image›,‹name›}: not found',
        'code = notfound',
        '{resolve reference,resolve image,pull image,unpack image} … : not found',
      ],
      saysNot: /content digest|snapshot/,
    },
    also: ['image-not-found'],
    fires: [
      'rpc error: code = NotFound desc = failed to pull and unpack image "good.lab.test/app:v9": failed to resolve image: good.lab.test/app:v9: not found',
      'ctr: failed to resolve reference "docker.io/library/nginx:nope": docker.io/library/nginx:nope: not found',
    ],
    nearly: ['failed to extract layer sha256:c9b1512a4822488c: content digest sha256:640b1a22b0282e20: not found'],
  },
  {
    cause: 'tag-not-found',
    when: { status: [404] },
    also: ['image-not-found', 'not-a-registry'],
    fires: [
      'time="2026-11-21T22:41:53.624935127Z" level=info msg="fetch failed after status: 404 Not Found" host=good.lab.test',
    ],
    nearly: ['Back-off pulling image "reg.example/app:404"'],
  },
  {
    cause: 'image-not-found',
    when: {
      says: [
        'no such image',
        'could not find image',
        'image ‹image› not found',
        'image ‹name› not found',
        'image not found',
      ],
    },
    also: ['tag-not-found', 'auth-required'],
    fires: ['Error: image team/api not found', 'API error (404): image team/api:1 not found'],
    nearly: ['Failed to create pod sandbox: network not found'],
  },
];
