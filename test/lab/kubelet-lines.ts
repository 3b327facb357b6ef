import { goQuote } from './klog.ts';
import type { KlogLine, KlogValue } from './klog.ts';

/** A line before it has a time and a process. */
export type KubeletLine = Omit<KlogLine, 'at' | 'pid'>;

/** A pod as log lines name it. */
export type PodName = { namespace: string; name: string; uid: string };

/** Why a container could not be started: the waiting reason, and the text that explains it. */
export type StartError = { container: string; reason: string; message: string };

// Files, line numbers, messages, and keys in their order are those of kubelet 1.36.2
// (no recording has DELETE and REMOVE: their line numbers are guesses).
const info = (source: string, message: string, values: [string, KlogValue][] = []): KubeletLine => ({
  level: 'I',
  source,
  message,
  values,
});
const error = (source: string, message: string, values: [string, KlogValue][]): KubeletLine => ({
  level: 'E',
  source,
  message,
  values,
});

const full = (pod: PodName): string => `${pod.namespace}/${pod.name}`;

export const kubeletStarted = (): KubeletLine[] => [
  info('server.go:545', 'Kubelet version', [['kubeletVersion', 'v1.36.2']]),
  info('remote_image.go:140', 'Validated CRI v1 image API'),
  info('server.go:1291', 'Started kubelet'),
  info('kubelet.go:2637', 'Starting kubelet main sync loop'),
];

export const podEvent = (what: 'ADD' | 'DELETE' | 'REMOVE', pod: PodName): KubeletLine => {
  const source = { ADD: 'kubelet.go:2724', DELETE: 'kubelet.go:2740', REMOVE: 'kubelet.go:2734' }[what];
  return info(source, `SyncLoop ${what}`, [
    ['source', 'api'],
    ['pods', { raw: JSON.stringify([full(pod)]) }],
  ]);
};

export const noSandbox = (pod: PodName): KubeletLine =>
  info('util.go:34', 'No sandbox for pod can be found. Need to start a new one', [['pod', full(pod)]]);

export const noResourceRecord = (pod: PodName): KubeletLine =>
  error('kuberuntime_manager.go:1428', 'Missing actuated pod level resource record', [['pod', pod.name]]);

/** The key `secret` is empty in the real line too: the name is only in the error. */
export const secretMissing = (pod: PodName, secret: string): KubeletLine =>
  info('kubelet_pods.go:1083', 'Unable to retrieve pull secret, the image pull may not succeed.', [
    ['pod', full(pod)],
    ['secret', ''],
    ['err', `secret "${secret}" not found`],
  ]);

/** One for each credential that was tried; carries the runtime's error with its gRPC code. */
export const pullFailed = (image: string, rpcError: string): KubeletLine =>
  error('remote_image.go:250', 'PullImage from image service failed', [
    ['err', rpcError],
    ['image', image],
  ]);

/** Only when the pull was made without credentials. */
export const anonymousPullFailed = (image: string, text: string): KubeletLine =>
  error('kuberuntime_image.go:43', 'Failed to pull image', [
    ['err', text],
    ['image', image],
  ]);

/** Not printed for ImagePullBackOff. */
export const startFailed = (pod: PodName, failed: StartError): KubeletLine => {
  const where = `${pod.name}_${pod.namespace}(${pod.uid})`;
  const text = `container ${failed.container} start failed in pod ${where}: ${failed.reason}: ${failed.message}`;
  return error('kuberuntime_manager.go:1727', 'Unhandled Error', [
    ['err', text],
    ['logger', 'UnhandledError'],
  ]);
};

const syncError = ({ container, reason, message }: StartError): string =>
  `failed to "StartContainer" for ${goQuote(container)} with ${reason}: ${goQuote(message)}`;

/** The line of every sync that failed; several containers are joined, equal texts merged. */
export const syncFailed = (pod: PodName, failed: readonly StartError[]): KubeletLine => {
  const texts = [...new Set(failed.map(syncError))];
  return error('pod_workers.go:1324', 'Error syncing pod, skipping', [
    ['err', texts.length === 1 ? texts.join('') : `[${texts.join(', ')}]`],
    ['pod', full(pod)],
    ['podUID', pod.uid],
  ]);
};

export const containerStarted = (pod: PodName, containerId: string): KubeletLine => {
  const event = { ID: pod.uid, Type: 'ContainerStarted', Data: containerId };
  return info('kubelet.go:2752', 'SyncLoop (PLEG): event for pod', [
    ['pod', full(pod)],
    ['event', { raw: JSON.stringify(event) }],
  ]);
};

/** Nanoseconds since the epoch, or a length in nanoseconds, as Go keeps both. */
type Nanos = bigint;

const perSecond = 1_000_000_000n;

/** The fraction of a second with its point, without the zeros at its end. */
const fraction = (time: Nanos): string => `.${String(time % perSecond).padStart(9, '0')}`.replace(/\.?0+$/, '');

/** time.Time.String in UTC. */
const goTime = (at: Nanos): string => {
  const [day = '', time = ''] = new Date(Number(at / 1_000_000n)).toISOString().split('T');
  return `${day} ${time.slice(0, 8)}${fraction(at)} +0000 UTC`;
};

const goSeconds = (length: Nanos): string => `${length / perSecond}${fraction(length)}`;

/** time.Duration.String, below a minute. */
const goDuration = (length: Nanos): string => {
  if (length === 0n || length >= perSecond) return `${goSeconds(length)}s`;
  return `${goSeconds(length * 1000n)}ms`;
};

/** When a pod was made, first seen to run, and that was noticed; how long its pulls took; when the kubelet began. */
export type PodTimes = { created: Nanos; pulling: Nanos; running: Nanos; noticed: Nanos; kubelet: Nanos };

/** The one line that says a pod runs. */
export const podRuns = (pod: PodName, times: PodTimes): KubeletLine => {
  const created = times.created - (times.created % perSecond);
  const total = times.noticed - created;
  const monotonic = (at: Nanos): string => {
    const since = at - times.kubelet;
    return ` m=+${since / perSecond}.${String(since % perSecond).padStart(9, '0')}`;
  };
  return info('pod_startup_latency_tracker.go:148', 'Observed pod startup duration', [
    ['pod', full(pod)],
    ['podStartSLOduration', { raw: goSeconds(total - times.pulling) }],
    ['podStartE2EDuration', goDuration(total)],
    ['totalImagesPullingTime', goDuration(times.pulling)],
    ['totalInitContainerRuntime', '0s'],
    ['isStatefulPod', false],
    ['podCreationTimestamp', goTime(created)],
    ['imagePullSessionsCount', times.pulling > 0n ? 1 : 0],
    ['imagePullSessionsStartsCount', 0],
    ['observedRunningTime', goTime(times.running) + monotonic(times.running)],
    ['watchObservedRunningTime', goTime(times.noticed) + monotonic(times.noticed)],
  ]);
};
