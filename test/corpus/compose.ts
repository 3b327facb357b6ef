import fc from 'fast-check';

/** strconv.Quote for printable text: what klog, fmt's %q and logrus do to a message. */
export const goQuote = (text: string): string =>
  `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n').replaceAll('\t', '\\t')}"`;

/** A pull error as its parts, before the software composes them. */
export type Parts = {
  registry: string;
  repository: string;
  tag: string;
  /** Host that the failed request went to. */
  host: string;
  /** The innermost error, as Go prints it, wrappers joined by `: `. */
  fault: readonly string[];
  runtime: 'containerd-1' | 'containerd-2' | 'cri-o' | 'docker';
  /** How the text reached the person. */
  carrier: 'bare' | 'event' | 'backoff' | 'klog' | 'sync' | 'sync-backoff' | 'json' | 'logfmt' | 'journal';
};

const label = fc.stringMatching(/^[a-z][a-z0-9]{0,8}$/);
const host = fc
  .tuple(label, label, fc.option(fc.integer({ min: 1, max: 65_535 })))
  .map(([a, b, port]) => `${a}.${b}.example${port === null ? '' : `:${port}`}`);

/** Innermost errors of Go's net, crypto/tls and net/http. */
const faults = fc.constantFrom(
  ['dial tcp 192.0.2.1:443', 'connect', 'connection refused'],
  ['dial tcp 192.0.2.1:443', 'i/o timeout'],
  ['dial tcp [2001:db8::1]:443', 'connect', 'network is unreachable'],
  ['net/http', 'TLS handshake timeout'],
  ['read tcp 10.0.0.5:50116->192.0.2.1:443', 'read', 'connection reset by peer'],
  ['tls', 'failed to verify certificate', 'x509', 'certificate signed by unknown authority'],
  ['x509', 'certificate has expired or is not yet valid'],
  ['http', 'server gave HTTP response to HTTPS client'],
  ['remote error', 'tls', 'handshake failure'],
  ['EOF'],
);

/** Any failure of a request, composed by any runtime, carried by anything; repositories may be called like an error. */
export const anyParts: fc.Arbitrary<Parts> = fc.record({
  registry: host,
  repository: fc.oneof(
    fc.constantFrom('denied/unauthorized', 'x509/expired', 'i/o-timeout/toomanyrequests', 'not-found/manifest-unknown'),
    fc.tuple(label, label).map(([a, b]) => `${a}/${b}`),
  ),
  tag: fc.oneof(fc.constantFrom('429', '403', 'latest', 'eof'), label),
  host,
  fault: faults,
  runtime: fc.constantFrom('containerd-1', 'containerd-2', 'cri-o', 'docker'),
  carrier: fc.constantFrom('bare', 'event', 'backoff', 'klog', 'sync', 'sync-backoff', 'json', 'logfmt', 'journal'),
});

export const imageOf = ({ registry, repository, tag }: Parts): string => `${registry}/${repository}:${tag}`;

/** The wrappers that a runtime puts around a failed request, outermost first. */
export const wrappersOf = (parts: Parts): string[] => {
  const image = imageOf(parts);
  const manifest = `https://${parts.registry}/v2/${parts.repository}/manifests/${parts.tag}`;
  switch (parts.runtime) {
    case 'containerd-1':
      return [
        `failed to pull and unpack image "${image}"`,
        `failed to resolve reference "${image}"`,
        'failed to do request',
        `Head "${manifest}"`,
        ...parts.fault,
      ];
    case 'containerd-2':
      return [
        `failed to pull and unpack image "${image}"`,
        'failed to resolve image',
        'failed to do request',
        `Head "${manifest}"`,
        ...parts.fault,
      ];
    case 'cri-o':
      return [
        `initializing source docker://${image}`,
        `pinging container registry ${parts.registry}`,
        `Get "https://${parts.registry}/v2/"`,
        ...parts.fault,
      ];
    case 'docker':
      return [`Error response from daemon`, `Get "${manifest}"`, ...parts.fault];
  }
};

/** The error as the runtime returns it. */
export const runtimeError = (parts: Parts): string => wrappersOf(parts).join(': ');

/** The text as a person has it before them. */
export const carried = (parts: Parts): string => {
  const image = imageOf(parts);
  const error = `rpc error: code = Unknown desc = ${runtimeError(parts)}`;
  const sync = (reason: string, message: string): string =>
    `E1121 22:41:53.635421    4312 pod_workers.go:1324] "Error syncing pod, skipping" err=${goQuote(`failed to "StartContainer" for "app" with ${reason}: ${goQuote(message)}`)} pod="shop/web-0" podUID="b61c9f02"`;
  const klog = `E1121 22:41:53.635097    4312 remote_image.go:250] "PullImage from image service failed" err=${goQuote(error)} image=${goQuote(image)}`;
  switch (parts.carrier) {
    case 'bare':
      return runtimeError(parts);
    case 'event':
      return `  Warning  Failed     38s (x4 over 2m)   kubelet            Failed to pull image "${image}": ${error}`;
    case 'backoff':
      return `Back-off pulling image "${image}": ErrImagePull: ${error}`;
    case 'klog':
      return klog;
    case 'sync':
      return sync('ErrImagePull', error);
    case 'sync-backoff':
      return sync('ImagePullBackOff', `Back-off pulling image "${image}": ErrImagePull: ${error}`);
    case 'json':
      return JSON.stringify({
        ts: 1.5,
        caller: 'images/x.go:1',
        msg: 'PullImage from image service failed',
        image,
        err: error,
      });
    case 'logfmt':
      return `time="2026-11-21T22:46:48.173178127Z" level=error msg=${goQuote(`PullImage "${image}" failed`)} error=${goQuote(error)}`;
    case 'journal':
      return `Nov 21 22:41:53 node-17 kubelet[4312]: ${klog}`;
  }
};
