import type { TextRule } from '../text-rule.ts';

/** The runtime's socket and services, before any registry is asked. */
export const runtimeRules: TextRule[] = [
  {
    cause: 'snapshotter',
    when: {
      says: ['{extraction,prepare,stat,parent} snapshot … {dialing,dial unix,transport: ,connection error}'],
    },
    also: ['runtime-unavailable'],
    fires: [
      'failed to prepare extraction snapshot "extract-983914117-nQvy sha256:4f5b68ab1cde883e": connection error: desc = "transport: Error while dialing dial unix:///run/containerd-nydus/containerd-nydus-grpc.sock: timeout": unavailable',
    ],
    nearly: [
      'rpc error: code = Unavailable desc = connection error: desc = "transport: Error while dialing: dial unix /run/containerd/containerd.sock: connect: connection refused"',
    ],
  },
  {
    cause: 'runtime-unavailable',
    // It runs without CRI: the plugin is switched off, or its settings stopped it.
    when: { says: ['unknown service … imageservice', 'unknown service runtime.'] },
    also: ['hosts-config-invalid', 'snapshotter'],
    fires: [
      'rpc error: code = Unimplemented desc = unknown service runtime.v1.ImageService',
      'validate service connection: validate CRI v1 image API for endpoint "unix:///run/containerd/containerd.sock": rpc error: code = Unimplemented desc = unknown service runtime.v1.ImageService',
    ],
    nearly: [
      'rpc error: code = Unavailable desc = connection error: desc = "transport: Error while dialing: dial unix /run/containerd/containerd.sock: connect: connection refused"',
    ],
  },
  {
    cause: 'runtime-unavailable',
    when: {
      says: [
        'dial{,ing,ing:} {unix ,}‹socket›',
        'validate service connection',
        'connect endpoint',
        'validate cri v1 {image,runtime} api',
        'no such file or directory … containerd.sock',
        'cannot connect to the docker daemon',
        'is the docker daemon running',
        'docker daemon socket',
        'failed to connect: {failed to connect,context deadline}',
        'container runtime is down',
        'transport is closing',
        'error reading from server',
        'server is not initialized yet',
        'unable to determine {image,runtime} api version',
        'getting status of runtime',
        'unable to connect to {podman,docker,containerd}',
        'client connection is closing',
        'docker endpoint',
        'rootless containerd not running',
      ],
      saysNot: /failed to set ?up .{0,300}network|\bcsi\b|\bcni\b/,
    },
    also: ['snapshotter', 'network-timeout'],
    fires: [
      'E1121 22:41:53.635097    4312 remote_image.go:250] "PullImage from image service failed" err="rpc error: code = Unavailable desc = connection error: desc = \\"transport: Error while dialing: dial unix /run/containerd/containerd.sock: connect: connection refused\\"" image="reg.example/app:1"',
      'Cannot connect to the Docker daemon at unix:///var/run/docker.sock. Is the docker daemon running?',
      'FATA[0010] failed to connect: failed to connect, make sure you are running as root and the runtime has been started: context deadline exceeded',
    ],
    nearly: [
      '"Container runtime sanity check failed" err="rpc error: code = Unavailable desc = error reading from server: read unix @->/run/containerd/containerd.sock: read: connection reset by peer"',
    ],
  },
  {
    cause: 'runtime-unavailable',
    // The runtime's own limit: it can open no connection any more.
    when: { says: ['socket: too many open files'] },
    also: ['network-unreachable', 'disk-io'],
    fires: [
      'failed to do request: Head "https://reg.example/v2/app/manifests/1": dial tcp 192.0.2.1:443: socket: too many open files',
    ],
    nearly: ['failed to extract layer sha256:ae2826ef12f6dd8d: open /x: too many open files'],
  },
  {
    cause: 'snapshotter',
    when: { says: ['lease does not exist', 'lease … not found'] },
    also: ['pull-cancelled', 'runtime-unavailable'],
    fires: [
      'failed to pull and unpack image "reg.example/app:1": failed to prepare extraction snapshot "extract-1-abcd sha256:6073d3854542eb17": lease does not exist: not found',
    ],
    nearly: [
      'failed to pull and unpack image "reg.example/lease:1": failed to resolve image: reg.example/lease:1: not found',
    ],
  },
];

/** What is left when the network and the registry are not at fault. */
export const unpackRules: TextRule[] = [
  {
    cause: 'runtime-unavailable',
    when: { says: ['{inspect image,imagestatus} … deadline exceeded', '{inspect image,imagestatus} … transport'] },
    also: ['pull-cancelled'],
    fires: [
      'Failed to inspect image "reg.example/app:1": rpc error: code = DeadlineExceeded desc = context deadline exceeded',
    ],
    nearly: [
      'Failed to pull image "reg.example/app:1": rpc error: code = DeadlineExceeded desc = context deadline exceeded',
    ],
  },
  {
    cause: 'pull-cancelled',
    when: {
      says: [
        'context canceled',
        'context cancelled',
        'operation was canceled',
        'because of no progress',
        'cancel pulling image',
        'exceeded image pull deadline',
        'net/http: request canceled',
        'request cancel{l,}ed',
        'pull {was ,}{interrupted,canceled,cancelled}',
        'aborted by user',
        'signal: killed',
      ],
    },
    // The runtime gives up on what no longer moves.
    also: ['network-timeout'],
    fires: [
      'rpc error: code = Canceled desc = failed to pull and unpack image "reg.example/app:1": context canceled',
      'time="2026-11-21T22:46:48.173178127Z" level=error msg="cancel pulling image reg.example/app:1 because of no progress in 5m0s"',
      'pulling image: rpc error: code = Canceled desc = copying system image from manifest list: copying config: context canceled',
    ],
    nearly: [
      'Get "https://reg.example/v2/": net/http: request canceled while waiting for connection (Client.Timeout exceeded while awaiting headers)',
    ],
  },
  {
    cause: 'pull-cancelled',
    // Another pull of the same blob, perhaps one that was given up, still holds it.
    when: { says: ['locked for … (since', 'locking ref'] },
    also: ['snapshotter', 'network-timeout'],
    fires: [
      'rpc error: code = Unavailable desc = failed to pull and unpack image "reg.example/app:1": ref layer-sha256:670ac5cc1c3ebcf5 locked for 5.3s (since 2026-11-21 22:46:48 +0000 UTC): unavailable',
    ],
    nearly: ['rpc error: code = Canceled desc = failed to pull and unpack image "reg.example/app:1": context canceled'],
  },
  {
    cause: 'pull-cancelled',
    when: { says: ['context deadline exceeded', 'deadline{ ,}exceeded'] },
    also: ['network-timeout', 'runtime-unavailable'],
    fires: [
      'Failed to pull image "reg.example/app:1": rpc error: code = DeadlineExceeded desc = context deadline exceeded',
    ],
    nearly: [
      'rpc error: code = DeadlineExceeded desc = failed to do request: Head "https://reg.example/v2/app/manifests/1": dial tcp 192.0.2.1:443: i/o timeout',
    ],
  },
  {
    cause: 'snapshotter',
    when: {
      says: [
        '{extraction,prepare,stat,parent} snapshot',
        'snapshot ‹name› {does not exist,already exists}',
        'mounts: snapshot … not ready',
        'missing parent',
        'unable to initialize unpacker',
        'error unpacking image',
        'snapshotter … not {found,loaded}',
        'overlay mount',
        'failed to mount',
        'graphdriver',
        'storage-driver',
        'hcsshim',
        'content digest ‹digest›: not found',
        'get reader from content store',
        'failed to {create,commit} {prepare ,}snapshot',
        'find image ref of snapshot',
        'no unpack platforms',
        'no such device',
        'device or resource busy',
        'failed to {get,create} {a ,}{parent,diff}',
        'layer does not exist',
        'error creating overlay',
        'layer not known',
        'parent … does not exist',
        'unable to find layer',
        'failed to rename',
      ],
    },
    also: ['content-corrupt', 'other', 'disk-io'],
    fires: [
      'failed to pull and unpack image "localhost:5000/app:1": failed to prepare extraction snapshot "extract-262457039-f1jQ sha256:6073d3854542eb17": parent snapshot sha256:5f70bf18a0860070 does not exist: not found',
      'Failed to pull image "reg.example/app:1": failed to pull and unpack image "reg.example/app:1": unable to initialize unpacker: no unpack platforms defined: invalid argument',
      'failed to extract layer sha256:c9b1512a4822488c: failed to get reader from content store: content digest sha256:640b1a22b0282e20: not found',
    ],
    nearly: [
      'failed to unpack image on snapshotter overlayfs: unexpected media type text/html for sha256:640b1a22b0282e20: not found',
    ],
  },
  {
    cause: 'content-corrupt',
    when: {
      says: [
        'failed to extract layer',
        'failed to register layer',
        'applylayer',
        'error applying layer',
        'content digest',
        'failed commit on ref',
      ],
      // More layers than docker stacks.
      saysNot: /max depth exceeded/,
    },
    also: ['snapshotter', 'disk-io'],
    vague: true,
    fires: [
      'failed to pull and unpack image "reg.example/app:1": failed to extract layer sha256:c9b1512a4822488c: archive entry too deep: unknown',
    ],
    nearly: [
      'failed to copy: httpReadSeeker: failed open: context canceled',
      'failed to register layer: max depth exceeded',
    ],
  },
];
