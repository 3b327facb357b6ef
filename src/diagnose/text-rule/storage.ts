import type { TextRule } from '../text-rule.ts';

/** The node's disk and what is written to it while an image is unpacked. */
export const storageRules: TextRule[] = [
  {
    cause: 'disk-full',
    when: {
      says: [
        'no space left on device',
        'disk quota exceeded',
        'not enough space',
        'insufficient {disk ,}space',
        'thin pool has',
        'no free {data,metadata} blocks',
        'there is not enough space',
        'too many links',
      ],
    },
    also: ['disk-io'],
    fires: [
      'failed to pull and unpack image "reg.example/app:1": failed to extract layer sha256:1f3f05ae8e5845b439fa89d7b2e051e072f202b89fc1953cd4c5376346155b81: mount callback failed on /var/lib/containerd/tmpmounts/containerd-mount252943319: write /var/lib/containerd/tmpmounts/containerd-mount252943319/lib/libc.so: no space left on device: unknown',
      'failed to pull and unpack image "reg.example/app:1": failed to copy: write /var/lib/containerd/io.containerd.content.v1.content/ingest/ab/data: no space left on device',
      'failed to register layer: Error processing tar file(exit status 1): write /usr/bin/x: no space left on device',
      'Error: writing blob: storing blob to file "/var/tmp/storage1/1": write /var/tmp/storage1/1: no space left on device',
    ],
    nearly: [
      'Error: failed to create containerd task: failed to create shim task: write /run/x: no space left on device',
    ],
  },
  {
    cause: 'disk-io',
    when: {
      says: [
        'input/output error',
        'read-only file system',
        'structure needs cleaning',
        'bad message',
        'stale {nfs ,}file handle',
        'i/o error',
        'too many open files',
        'remote i/o error',
        'bolt … {invalid,corrupt}',
      ],
      saysNot: /socket: too many open files/,
    },
    also: ['disk-full', 'snapshotter'],
    fires: [
      'failed to pull and unpack image "reg.example/app:1": failed to extract layer sha256:ae2826ef12f6dd8d: failed to mount /var/lib/containerd/tmpmounts/containerd-mount788433525: input/output error: unknown',
      'failed to register layer: open /var/lib/docker/image/overlay2/layerdb/tmp/write-set-1/diff: read-only file system',
    ],
    nearly: [
      'failed to do request: Head "https://reg.example/v2/app/manifests/1": dial tcp 192.0.2.1:443: i/o timeout',
    ],
  },
  {
    cause: 'user-or-id-mapping',
    when: {
      says: [
        'insufficient uids or gids',
        'cannot be mapped to a host id',
        'no subuid ranges',
        'enough ids available',
        'newuidmap',
        'newgidmap',
        'unshare',
        ' {l,}chown ',
        ' {l,}setxattr ',
        'mknod ',
      ],
    },
    also: ['snapshotter'],
    fires: [
      'failed to register layer: ApplyLayer exit status 1 stdout:  stderr: lchown /usr/local/etc: invalid argument',
      'failed to pull and unpack image "reg.example/app:1": failed to extract layer sha256:aaaaaaaaaaaaaaaa: mount callback failed on /tmp/m: failed to setxattr "security.capability" on /usr/bin/ping: operation not permitted: unknown',
      'Error: copying system image from manifest list: writing blob: adding layer with blob "sha256:aaaaaaaaaaaaaaaa": processing tar file(potentially insufficient UIDs or GIDs available in user namespace (requested 0:42 for /etc/shadow): lchown /etc/shadow: invalid argument): exit status 1',
    ],
    nearly: [
      'failed to pull image "reg.example/chown:1": rpc error: code = NotFound desc = reg.example/chown:1: not found',
    ],
  },
  {
    cause: 'user-or-id-mapping',
    when: {
      says: [
        '{extract,unpack,layer,snapshot,mount,blob,tar file,storage,storing,commit,lease,ingest,whiteout,overlay} … {operation not permitted,permission denied}',
      ],
      // A firewall on the node answers a connection so, and says nothing of files.
      saysNot: /dial unix|‹socket›|connect: (?:operation not permitted|permission denied)/,
    },
    also: ['snapshotter', 'disk-io'],
    fires: [
      'failed to unpack image on snapshotter overlayfs: failed to extract layer sha256:b60b33403f40cb25: failed to convert whiteout file "usr/lib/.wh.libarchive.so.13.4.0": operation not permitted: unknown',
      'failed to register layer: mkdir /var/lib/docker/overlay2/x: permission denied',
    ],
    nearly: ['failed to extract layer sha256:b60b33403f40cb25: unexpected EOF'],
  },
];
