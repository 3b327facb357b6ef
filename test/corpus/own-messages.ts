import type { Message } from './messages.ts';

/** Messages written from what the runtimes, their tools and the kubelet are known to print; causes that are right first. */
const table: [string, string][] = [
  [
    'tls-unknown-authority',
    'Failed to pull image "harbor.x.io/a/b:1": rpc error: code = Unknown desc = Error response from daemon: Get https://harbor.x.io/v2/: x509: certificate signed by unknown authority',
  ],
  [
    'tls-unknown-authority',
    'Trying to pull reg.local:5000/app:latest...\nError: initializing source docker://reg.local:5000/app:latest: pinging container registry reg.local:5000: Get "https://reg.local:5000/v2/": tls: failed to verify certificate: x509: certificate signed by unknown authority (possibly because of "crypto/rsa: verification error" while trying to verify candidate authority certificate "reg.local")',
  ],
  [
    'tls-name-mismatch',
    'Error response from daemon: Get "https://192.168.1.5:5000/v2/": x509: cannot validate certificate for 192.168.1.5 because it doesn\'t contain any IP SANs',
  ],
  [
    'tls-name-mismatch',
    'level=info msg="trying next host" error="failed to do request: Head \\"https://reg.x.io/v2/a/manifests/1\\": x509: certificate is valid for ingress.local, not reg.x.io" host=reg.x.io',
  ],
  [
    'tls-expired',
    'Error response from daemon: Get "https://registry-1.docker.io/v2/": x509: certificate has expired or is not yet valid: current time 2019-01-01T00:00:00Z is before 2023-01-01T00:00:00Z',
  ],
  ['tls-handshake', 'Error response from daemon: Get "https://reg.x.io/v2/": remote error: tls: bad certificate'],
  [
    'tls-handshake',
    'failed to do request: Head "https://reg.x.io/v2/a/manifests/1": tls: server selected unsupported protocol version 301',
  ],
  [
    'plain-http',
    'Error response from daemon: Get "https://192.168.0.10:5000/v2/": http: server gave HTTP response to HTTPS client',
  ],
  [
    'plain-http',
    'The push refers to repository\nGet http://reg.x.io:443/v2/: net/http: HTTP/1.x transport connection broken: malformed HTTP response "\\x15\\x03\\x01\\x00\\x02\\x02"',
  ],
  [
    'dns-failure',
    'Unable to find image \'hello-world:latest\' locally\ndocker: Error response from daemon: Get "https://registry-1.docker.io/v2/": dial tcp: lookup registry-1.docker.io on [::1]:53: read udp [::1]:41231->[::1]:53: read: connection refused.',
  ],
  [
    'dns-failure',
    'Error response from daemon: Get https://registry-1.docker.io/v2/: dial tcp: lookup registry-1.docker.io: no such host',
  ],
  [
    'dns-failure',
    'Failed to pull image "x": rpc error: code = Unknown desc = Error response from daemon: Get https://gcr.io/v2/: dial tcp: lookup gcr.io on 169.254.169.254:53: server misbehaving',
  ],
  [
    'dns-failure',
    'failed to do request: Head "https://registry.k8s.io/v2/pause/manifests/3.9": dial tcp: lookup registry.k8s.io: Try again',
  ],
  [
    'network-timeout',
    'Error response from daemon: Get https://registry-1.docker.io/v2/: net/http: TLS handshake timeout',
  ],
  [
    'network-timeout',
    'Failed to pull image "k8s.gcr.io/pause:3.1": rpc error: code = Unknown desc = Error response from daemon: Get https://k8s.gcr.io/v2/: dial tcp 108.177.97.82:443: connect: connection timed out',
  ],
  [
    'network-timeout',
    'rpc error: code = Unknown desc = pinging container registry quay.io: Get "https://quay.io/v2/": net/http: request canceled while waiting for connection (Client.Timeout exceeded while awaiting headers)',
  ],
  [
    'network-timeout',
    'Error response from daemon: Get "https://index.docker.io/v1/search?q=nginx&n=25": dial tcp 54.1.1.1:443: i/o timeout',
  ],
  [
    'network-unreachable',
    'Error: initializing source docker://10.0.0.5:5000/app:1: pinging container registry 10.0.0.5:5000: Get "http://10.0.0.5:5000/v2/": dial tcp 10.0.0.5:5000: connect: connection refused',
  ],
  [
    'network-unreachable',
    'failed to do request: Head "https://reg.x.io/v2/a/manifests/1": dial tcp 10.1.1.1:443: connect: no route to host',
  ],
  [
    'network-unreachable',
    'Failed to pull image "a/b": image pull failed for a/b, this may be because there are no credentials on this request.  details: (API error (500): unable to ping registry endpoint https://10.0.0.1:5000/v0/\nv2 ping attempt failed with error: Get https://10.0.0.1:5000/v2/: dial tcp 10.0.0.1:5000: connection refused\n v1 ping attempt failed with error: Get https://10.0.0.1:5000/v1/_ping: dial tcp 10.0.0.1:5000: connection refused\n)',
  ],
  ['connection-reset', 'Error response from daemon: Get "https://reg.x.io/v2/": EOF'],
  [
    'connection-reset',
    'failed to copy: httpReadSeeker: failed open: failed to do request: Get "https://reg.x.io/v2/a/blobs/sha256:abcdef0123456789": EOF',
  ],
  [
    'connection-reset',
    'error pulling image configuration: Get https://production.cloudflare.docker.com/registry-v2/docker/registry/v2/blobs/sha256/aa/bb/data?verify=1: read tcp 10.0.2.15:41422->104.18.125.25:443: read: connection reset by peer',
  ],
  ['connection-reset', 'write tcp 10.0.0.1:1->1.1.1.1:443: write: broken pipe while pulling image "reg.x.io/a:1"'],
  [
    'redirect-blocked',
    'Failed to pull image "quay.io/a/b:1": rpc error: code = Unknown desc = error pulling image configuration: Get "https://cdn02.quay.io/sha256/aa/aabb?Expires=1": dial tcp: lookup cdn02.quay.io on 10.0.0.2:53: no such host',
  ],
  [
    'redirect-blocked',
    'failed to copy: httpReadSeeker: failed open: failed to do request: Get "https://prod-us-east-1-starport-layer-bucket.s3.us-east-1.amazonaws.com/x?X-Amz-Security-Token=REDACTED": dial tcp 52.216.1.1:443: i/o timeout',
  ],
  [
    'redirect-blocked',
    'rpc error: code = Unknown desc = copying system image from manifest list: parsing image configuration: Get "https://cdn03.quay.io/sha256/aa/bb?X-Amz": dial tcp 1.1.1.1:443: connect: connection refused',
  ],
  [
    'proxy-failure',
    'Error response from daemon: Get https://registry-1.docker.io/v2/: proxyconnect tcp: dial tcp: lookup proxy.corp on 10.0.0.2:53: no such host',
  ],
  [
    'proxy-failure',
    'Error response from daemon: Get "https://registry-1.docker.io/v2/": Proxy Authentication Required',
  ],
  ['proxy-failure', 'Error response from daemon: Get "https://registry-1.docker.io/v2/": Service Unavailable'],
  ['proxy-failure', 'failed to do request: Head "https://reg.x.io/v2/a/manifests/1": proxyconnect tcp: EOF'],
  [
    'auth-required',
    'Failed to pull image "reg.x.io/a:1": rpc error: code = Unknown desc = Error response from daemon: pull access denied for reg.x.io/a, repository does not exist or may require \'docker login\'',
  ],
  [
    'auth-required',
    'Error: initializing source docker://reg.x.io/a:1: reading manifest 1 in reg.x.io/a: unauthorized: authentication required',
  ],
  [
    'auth-required',
    'failed to resolve reference "reg.x.io/a:1": failed to authorize: failed to fetch anonymous token: unexpected status: 401 Unauthorized',
  ],
  [
    'auth-required',
    'failed to resolve reference "reg.x.io/a:1": unexpected status code [manifests 1]: 401 Unauthorized',
  ],
  [
    'auth-required',
    'Error: Error reading manifest latest in registry.redhat.io/ubi8: unauthorized: Please login to the Red Hat Registry using your Customer Portal credentials.',
  ],
  [
    'auth-required|auth-denied',
    'image pull failed for gcr.io/p/a:1, this may be because there are no credentials on this request.  details: (unexpected status code 403)',
  ],
  [
    'auth-denied',
    'Error: initializing source docker://reg.x.io/a:1: unable to retrieve auth token: invalid username/password: unauthorized: HTTP Basic: Access denied',
  ],
  ['auth-denied', 'failed to authorize: failed to fetch oauth token: unexpected status: 403 Forbidden'],
  [
    'auth-denied',
    'rpc error: code = Unknown desc = Error response from daemon: denied: Permission denied for "latest" from request "/v2/p/a/manifests/latest".',
  ],
  [
    'auth-denied',
    'failed to resolve reference "x.dkr.ecr.us-west-2.amazonaws.com/a:1": unexpected status from HEAD request to https://x.dkr.ecr.us-west-2.amazonaws.com/v2/a/manifests/1: 403 Forbidden',
  ],
  [
    'auth-denied',
    'Failed to pull image "eu.gcr.io/p/a:1": rpc error: code = Unknown desc = failed to pull and unpack image "eu.gcr.io/p/a:1": failed to resolve reference "eu.gcr.io/p/a:1": failed to authorize: failed to fetch oauth token: unexpected status: 401 Unauthorized',
  ],
  [
    'auth-required|auth-denied',
    'rpc error: code = Unknown desc = Error: Status 401 trying to pull repository team/app: "{\\"error\\": \\"Not authorized\\"}"',
  ],
  [
    'secret-problem',
    'Warning  FailedToRetrieveImagePullSecret  5s  kubelet  Unable to retrieve some image pull secrets (a, b); attempting to pull the image may not succeed.',
  ],
  [
    'secret-problem',
    'kubelet_pods.go:880] Unable to retrieve pull secret default/regcred for default/web due to secret "regcred" not found.  The image pull may not succeed.',
  ],
  ['secret-problem', 'Error syncing pod: couldn\'t get image pull secret "regcred": secrets "regcred" not found'],
  [
    'secret-problem',
    'The Secret "regcred" is invalid: data[.dockerconfigjson]: Invalid value: "<secret contents redacted>": unexpected end of JSON input',
  ],
  ['secret-problem', 'failed to parse .dockerconfigjson in pull secret: illegal base64 data at input byte 4'],
  [
    'image-not-found|auth-required',
    'Error response from daemon: repository not found: does not exist or no pull access',
  ],
  [
    'image-not-found',
    'rpc error: code = Unknown desc = Error response from daemon: repository reg.x.io/a not found: name unknown: repository "a" not found',
  ],
  [
    'image-not-found',
    'failed to resolve reference "reg.x.io/a:1": unexpected status from GET request: name unknown: repository name not known to registry',
  ],
  ['image-not-found|tag-not-found', 'Error: image library/foo:latest not found'],
  [
    'tag-not-found|unsupported-manifest',
    'Error response from daemon: manifest for nginx:nope not found: manifest unknown: OCI index found, but Accept header does not support OCI indexes',
  ],
  ['tag-not-found', 'Error: reading manifest v9 in docker.io/library/nginx: manifest unknown'],
  ['tag-not-found', 'Tag v9 not found in repository docker.io/library/nginx'],
  ['tag-not-found', 'ctr: docker.io/library/nginx:nope: not found'],
  [
    'tag-not-found',
    'reading manifest latest in quay.io/a/b: manifest unknown: Tag latest was deleted or has expired. To pull, revive via time machine',
  ],
  [
    'tag-not-found',
    'rpc error: code = NotFound desc = reg.x.io/a@sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa: not found',
  ],
  ['platform-mismatch', 'docker: no matching manifest for windows/amd64 10.0.18363 in the manifest list entries.'],
  [
    'platform-mismatch',
    'choosing image instance: no image found in manifest list for architecture arm64, variant "v8", OS linux',
  ],
  ['platform-mismatch', 'image operating system "linux" cannot be used on this platform'],
  [
    'platform-mismatch',
    'failed to pull and unpack image "x": failed to unpack image on snapshotter overlayfs: no match for platform in manifest sha256:abcdef0123456789: not found',
  ],
  ['unsupported-manifest', 'Error response from daemon: missing signature key'],
  [
    'unsupported-manifest',
    '[DEPRECATION NOTICE] Docker Image Format v1 and Docker Image manifest version 2, schema 1 support is disabled by default and will be removed in an upcoming release.',
  ],
  [
    'unsupported-manifest',
    'failed to pull and unpack image "x": failed to convert whiteout: media type application/vnd.foo not supported',
  ],
  [
    'unsupported-manifest',
    'encountered unknown type application/vnd.in-toto+json; children may not be fetched while pulling image',
  ],
  [
    'rate-limited',
    'failed to copy: httpReadSeeker: failed open: unexpected status code https://registry-1.docker.io/v2/library/nginx/manifests/sha256:aaaa: 429 Too Many Requests - Server message: toomanyrequests: You have reached your pull rate limit.',
  ],
  [
    'rate-limited',
    'Error response from daemon: error parsing HTTP 429 response body: invalid character \'T\' looking for beginning of value: "Too Many Requests (HAP429)."',
  ],
  [
    'rate-limited',
    'reading manifest 1 in docker.io/a: toomanyrequests: You have reached your unauthenticated pull rate limit. https://www.docker.com/increase-rate-limit',
  ],
  ['registry-error', 'Error response from daemon: received unexpected HTTP status: 502 Bad Gateway'],
  ['registry-error', 'unexpected status from HEAD request to https://reg.x.io/v2/a/manifests/1: 504 Gateway Timeout'],
  ['registry-error|other', 'Error response from daemon: unknown: unable to ping registry: internal server error'],
  ['registry-error|content-corrupt|unsupported-manifest', 'error pulling image configuration: unknown blob'],
  [
    'registry-error',
    'failed to authorize: failed to fetch anonymous token: unexpected status: 503 Service Unavailable',
  ],
  [
    'not-a-registry|registry-error',
    'Error response from daemon: error parsing HTTP 404 response body: invalid character \'<\' looking for beginning of value: "<!DOCTYPE HTML PUBLIC>"',
  ],
  ['not-a-registry', "Error: pinging container registry x.io: invalid character '<' looking for beginning of value"],
  [
    'hosts-config-invalid',
    'Failed to pull image "x": rpc error: code = Unknown desc = failed to load registry config: toml: line 1: expected key',
  ],
  [
    'hosts-config-invalid',
    'Error: loading registries configuration "/etc/containers/registries.conf": toml: line 5: unexpected end of table name',
  ],
  ['hosts-config-invalid', 'Error response from daemon: open /etc/docker/certs.d/reg.x.io: permission denied'],
  [
    'hosts-config-invalid',
    'failed to resolve reference "x": get TLSConfig for registry "https://reg.x.io": failed to load CA file: open /etc/containerd/ca.pem: no such file or directory',
  ],
  ['disk-full', 'failed to register layer: write /usr/lib/x: no space left on device'],
  [
    'disk-full',
    'Error: copying system image from manifest list: writing blob: storing blob to file "/var/tmp/storage/1": write /var/tmp/storage/1: no space left on device',
  ],
  [
    'disk-full',
    'devmapper: Thin Pool has 1234 free data blocks which is less than minimum required 2345 free data blocks. Create more free space in thin pool or use dm.min_free_space option to change behavior',
  ],
  [
    'disk-io',
    'failed to pull and unpack image "x": failed to copy: write /var/lib/containerd/io.containerd.content.v1.content/ingest/a/data: input/output error',
  ],
  ['disk-io', 'Error response from daemon: mkdir /var/lib/docker/tmp/GetImageBlob1: read-only file system'],
  ['content-corrupt', 'failed to register layer: exit status 1: unexpected EOF'],
  [
    'content-corrupt',
    'failed to extract layer sha256:aaaaaaaa: mount callback failed on /tmp: archive/tar: invalid tar header: unknown',
  ],
  ['content-corrupt', 'image verification failed for digest sha256:aaaaaaaa'],
  ['content-corrupt', "writing blob: layer sha256:aaaaaaaa does not match config's DiffID"],
  [
    'user-or-id-mapping',
    'Error: writing blob: adding layer with blob "sha256:aaaa": Error processing tar file(exit status 1): there might not be enough IDs available in the namespace (requested 0:42 for /etc/gshadow): lchown /etc/gshadow: invalid argument',
  ],
  [
    'user-or-id-mapping',
    'failed to register layer: failed to Lchown "/var/log/apt" for UID 0, GID 4: container ID 4 cannot be mapped to a host ID',
  ],
  [
    'snapshotter',
    'failed to pull and unpack image "x": failed to unpack image on snapshotter overlayfs: failed to mount /tmp/containerd-mount1: invalid argument',
  ],
  [
    'snapshotter',
    'failed to prepare extraction snapshot "extract-1 sha256:aaaa": missing parent "k8s.io/12/sha256:bb" bucket: not found',
  ],
  [
    'snapshotter',
    'failed to pull and unpack image: failed to stat snapshot sha256:aaaaaaaa: snapshotter stargz was not found: not found',
  ],
  [
    'runtime-unavailable',
    "FATA[0002] connect: connect endpoint 'unix:///var/run/dockershim.sock', make sure you are running as root and the endpoint has been started: context deadline exceeded",
  ],
  [
    'runtime-unavailable',
    'E0101 remote_image.go:113] PullImage "x" from image service failed: rpc error: code = Unavailable desc = all SubConns are in TransientFailure, latest connection error: connection error: desc = "transport: Error while dialing dial unix /run/containerd/containerd.sock: connect: no such file or directory"',
  ],
  [
    'runtime-unavailable',
    '[ERROR CRI]: container runtime is not running: output: time="2022" level=fatal msg="validate service connection: CRI v1 image API is not implemented for endpoint \\"unix:///var/run/containerd/containerd.sock\\": rpc error: code = Unimplemented desc = unknown service runtime.v1.ImageService"',
  ],
  [
    'runtime-unavailable',
    'permission denied while trying to connect to the Docker daemon socket at unix:///var/run/docker.sock: Get "http://%2Fvar%2Frun%2Fdocker.sock/v1.24/images/json": dial unix /var/run/docker.sock: connect: permission denied',
  ],
  ['pull-cancelled', 'Failed to pull image "x": rpc error: code = Canceled desc = context canceled'],
  [
    'pull-cancelled',
    'failed to pull and unpack image "docker.io/a:1": failed to copy: httpReadSeeker: failed open: context canceled',
  ],
  [
    'pull-cancelled|network-timeout',
    'Failed to pull image "x/y:1": rpc error: code = DeadlineExceeded desc = context deadline exceeded',
  ],
  ['pull-qps-exceeded', 'Warning  Failed  3s  kubelet  Failed to pull image "x": pull QPS exceeded.'],
  [
    'signature-policy',
    'Error: Source image rejected: None of the signatures were accepted, reasons: Signature for identity X is not accepted',
  ],
  [
    'signature-policy',
    'Failed to pull image "x": SignatureValidationFailed: image pull failed for x because the signature validation failed',
  ],
  [
    'signature-policy',
    'copying system image from manifest list: Source image rejected: A signature was required, but no signature exists',
  ],
  ['never-pull', 'Warning  Failed  2s (x8)  kubelet  Error: ErrImageNeverPull'],
  [
    'image-name-invalid',
    'Failed to pull image "Nginx": rpc error: code = InvalidArgument desc = failed to parse image reference "Nginx": invalid reference format: repository name (library/Nginx) must be lowercase',
  ],
  ['image-name-invalid', 'docker: invalid reference format: repository name (library/MyApp) must be lowercase.'],
  ['image-name-invalid', 'Error: InvalidImageName'],
  [
    'image-name-invalid',
    'Failed to inspect image "x:": rpc error: code = Unknown desc = normalize image name "x:": invalid reference format',
  ],
  [
    'mirror-failure',
    'failed to resolve reference "docker.io/a:1": failed to do request: Head "https://mirror:5000/v2/a/manifests/1?ns=docker.io": dial tcp 10.0.0.1:5000: connect: connection refused',
  ],
  [
    'mirror-failure|tag-not-found',
    '(Mirrors also failed: [mirror.x.io/a:1: reading manifest 1 in mirror.x.io/a: manifest unknown]): docker.io/a:1: reading manifest 1 in docker.io/a: manifest unknown',
  ],
  [
    'backoff-only',
    'Warning  FailedSync  Error syncing pod, skipping: failed to "StartContainer" for "web" with ImagePullBackOff: "Back-off pulling image \\"nginx:x\\""',
  ],
  ['backoff-only', 'web-1   0/1   ImagePullBackOff   0          5m'],
  ['other', 'Failed to pull image "x/y:1": rpc error: code = Unknown desc = something odd happened'],
  [
    'credential-provider',
    'E plugin.go "Failed to provide credentials for image" err="error execing credential provider plugin acr-credential-provider for image x.azurecr.io/a: exit status 1"',
  ],
  [
    'credential-provider',
    'docker: error getting credentials - err: exit status 1, out: `no usernames for https://index.docker.io/v1/`.',
  ],
  [
    'not-a-pull-failure',
    'Normal  Pulled  5s  kubelet  Successfully pulled image "nginx" in 1.2s (1.2s including waiting). Image size: 100 bytes.',
  ],
  ['not-a-pull-failure', 'Normal  Pulling  5s  kubelet  Pulling image "nginx"'],
  ['not-a-pull-failure', 'Normal  Pulled  5s  kubelet  Container image "nginx:1" already present on machine'],
  ['not-a-pull-failure', 'Back-off restarting failed container app in pod web_default(1)'],
  [
    'not-a-pull-failure',
    'Liveness probe failed: Get "http://10.0.0.1:8080/v2/health": dial tcp 10.0.0.1:8080: connect: connection refused',
  ],
  [
    'not-a-pull-failure',
    'failed calling webhook "validate.x.io": Post "https://svc.ns.svc:443/validate?timeout=10s": x509: certificate signed by unknown authority',
  ],
  [
    'not-a-pull-failure',
    'Error: failed to create containerd task: failed to create shim task: OCI runtime create failed: runc create failed: unable to start container process: exec: "app": executable file not found in $PATH: unknown',
  ],
  [
    'not-a-pull-failure',
    'MountVolume.SetUp failed for volume "x" : rpc error: code = DeadlineExceeded desc = context deadline exceeded',
  ],
  [
    'not-a-pull-failure',
    'Failed to create pod sandbox: rpc error: code = Unknown desc = failed to setup network for sandbox "abc": plugin type="calico" failed (add): error getting ClusterInformation: connection is unauthorized: Unauthorized',
  ],
  [
    'not-a-pull-failure',
    'Unable to attach or mount volumes: unmounted volumes=[x], unattached volumes=[x]: timed out waiting for the condition',
  ],
  ['not-a-pull-failure', '0/3 nodes are available: 3 Insufficient cpu.'],
  [
    'not-a-pull-failure',
    'E1 controller.go:187] failed to update lease, error: Put "https://10.0.0.1:6443/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases/n1?timeout=10s": dial tcp 10.0.0.1:6443: connect: connection refused',
  ],
  [
    'not-a-pull-failure',
    'E1 eviction_manager.go:256] "Eviction manager: failed to get summary stats" err="failed to get node info: node \\"n1\\" not found"',
  ],
  [
    'not-a-pull-failure',
    'error: error validating "x.yaml": failed to download openapi: Get "https://10.0.0.1/openapi/v2?timeout=32s": dial tcp 10.0.0.1:443: i/o timeout',
  ],
  ['not-a-pull-failure', 'Error: INSTALLATION FAILED: failed to download "oci://reg.x.io/charts/app" at version "1"'],
  ['not-a-pull-failure', 'standard_init_linux.go:228: exec user process caused: exec format error'],
  [
    'not-a-pull-failure',
    'docker: Error response from daemon: Conflict. The container name "/x" is already in use by container "abc".',
  ],
  [
    'not-a-pull-failure',
    'Error response from daemon: driver failed programming external connectivity on endpoint x: Bind for 0.0.0.0:80 failed: port is already allocated',
  ],
  ['not-a-pull-failure', 'E0101 kubelet.go:2419] "Error getting node" err="node \\"n1\\" not found"'],
  [
    'not-a-pull-failure',
    'failed to garbage collect required amount of images. Wanted to free 100 bytes, but freed 0 bytes',
  ],
  [
    'not-a-pull-failure',
    'Error syncing pod, skipping: failed to "StartContainer" for "app" with CreateContainerConfigError: "secret \\"db\\" not found"',
  ],
  [
    'not-a-pull-failure',
    'error: failed to push image "reg.x.io/a:1": denied: requested access to the resource is denied',
  ],
];

/** The table as labelled messages. */
export const ownMessages: Message[] = table.map(([right, text], index) => {
  const [cause = '', ...others] = right.split('|');
  return { id: `own-${index + 1}`, text, runtime: 'own', cause, accept: [cause, ...others] };
});
