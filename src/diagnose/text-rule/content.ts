import type { TextRule } from '../text-rule.ts';

/** What was downloaded is not what the manifest promised, or cannot be unpacked. */
export const contentRules: TextRule[] = [
  {
    cause: 'content-corrupt',
    when: {
      says: [
        'unexpected commit {digest,size}',
        'failed size validation',
        'verification failed for digest',
        'invalid tar header',
        'archive/tar',
        'invalid checksum',
        'gzip: invalid',
        'flate: corrupt',
        'corrupt input',
        'digest did not match',
        'did not match digest',
        'checksum mismatch',
        'digest{,s} {mismatch,do not match,does not match}',
        'failed commit on ref … failed precondition',
        'does not match {the ,}expected digest',
        'wrong diff id',
        'does not match config',
        'mismatched {rootfs,digest,image}',
        'does not match provided manifest digest',
        'would not match destination reference',
        'magic number mismatch',
        'invalid magic',
        'zstd',
        'size mismatch',
        'unexpected size',
        'invalid header',
        'bad archive',
        'unrecognized archive',
        'failed to decompress',
      ],
      // An encrypted layer, or one of a kind that this runtime has no program for.
      saysNot: /no processor for media|rootfs and manifest layers/,
    },
    // Cut short on the way, or damaged where it was written.
    also: ['connection-reset', 'snapshotter', 'disk-io'],
    fires: [
      'rpc error: code = FailedPrecondition desc = failed to pull and unpack image "reg.test:5001/lib/a:badlayer": failed commit on ref "layer-sha256:4f7d7fa1c3b209fd": unexpected commit digest sha256:2d18d1488b77793f, expected sha256:4f7d7fa1c3b209fd: failed precondition',
      'failed to pull and unpack image "docker.io/team/api:1": failed commit on ref "manifest-sha256:670ac5cc1c3ebcf5": "manifest-sha256:670ac5cc1c3ebcf5" failed size validation: 3661 != 2856: failed precondition',
      'filesystem layer verification failed for digest sha256:670ac5cc1c3ebcf5',
      'failed to register layer: Error processing tar file(exit status 1): archive/tar: invalid tar header',
      'failed to extract layer sha256:670ac5cc1c3ebcf5: wrong diff id calculated on extraction "sha256:5cc1c3ebcf5f96a0"',
      'Error: writing blob: Digest did not match, expected sha256:670ac5cc1c3ebcf5, got sha256:5cc1c3ebcf5f96a0',
    ],
    nearly: [
      'failed to copy: httpReadSeeker: failed open: failed to do request: Get "https://reg.example/v2/a/blobs/sha256:670ac5cc1c3ebcf5": dial tcp 192.0.2.1:443: i/o timeout',
    ],
  },
  {
    cause: 'content-corrupt',
    // The two are of different builds, or of a kind that the program does not know.
    when: { says: ["don't match image configuration"] },
    also: ['unsupported-manifest', 'connection-reset'],
    fires: ["layers from manifest don't match image configuration"],
    nearly: ['failed to extract layer sha256:c9b1512a4822488c: unexpected EOF'],
  },
  {
    cause: 'content-corrupt',
    when: {
      says: [
        '{extract layer,register layer,applylayer,applying layer,tar file,untar re-exec} … {unexpected eof,exit status,invalid,: eof}',
      ],
      saysNot: /overlay mount|failed to mount|device or resource busy|no such device/,
    },
    also: ['connection-reset', 'snapshotter'],
    fires: [
      'failed to register layer: Error processing tar file(exit status 1): unexpected EOF',
      'Error pulling image (latest) from docker.io/team/api, Untar re-exec error: exit status 1: output: unexpected EOF',
      'failed to pull and unpack image "reg.example/app:1": failed to extract layer sha256:670ac5cc1c3ebcf5: mount callback failed on /tmp/m: unexpected EOF: unknown',
    ],
    nearly: ['failed to do request: Head "https://reg.example/v2/app/manifests/1": EOF'],
  },
];
