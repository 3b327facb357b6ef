import type { PodContainer, PullEvent } from '../model/pull-event.ts';
import { pullLinePattern } from './log-pattern.ts';
import { readLogRecord, type LogRecord } from './log-record.ts';
import { readSyncError, type SyncFailure } from './sync-error.ts';

/** What a line says about pulls; `torn` where it began as a log record and broke off, which must be counted. */
export type LogLine = { events: PullEvent[]; torn: boolean };

const nothing: LogLine = { events: [], torn: false };
const interesting = new RegExp(pullLinePattern);

/** Waiting reasons of kubelet's image manager; CrashLoopBackOff and the like are none of ours (kubelet images/types.go). */
const pullReasons = new Set([
  'ErrImagePull',
  'ImagePullBackOff',
  'InvalidImageName',
  'ErrImageNeverPull',
  'ImageInspectError',
  'RegistryUnavailable',
  'SignatureValidationFailed',
  'PullImageError',
]);

/** The pause image is pulled by the runtime, without a container of the pod (internals of RunPodSandbox). */
const sandboxImage = /failed to (?:get sandbox|pull) image|unable to pull sandbox image/;

const isPullReason = (failure: SyncFailure): boolean =>
  pullReasons.has(failure.reason) ||
  // Since kubelet 1.33 a pull intent or a credential lookup that fails gives a whole sentence as the reason.
  (failure.action === 'StartContainer' && /\s/.test(failure.reason)) ||
  (failure.reason === 'CreatePodSandboxError' && sandboxImage.test(failure.message));

const imageWord =
  /(?:image|reference|tag|source docker:\/\/)\s*"?((?<=")[^"]{1,512}(?=")|(?<=docker:\/\/)[^\s":]+(?::[\w.-]+)?)/;

/** The image that a pull error names first, as it names it; null where it names none. */
const imageIn = (message: string): string | null => imageWord.exec(message)?.[1] ?? null;

const backOff = /^Back-off pulling image "((?:[^"\\]|\\.)*)"(?:: ([^:]*): )?/;

/** Splits `Back-off pulling image "X": ErrImagePull: cause` (the cause is there from kubelet 1.32 on). */
const readMessage = (failure: SyncFailure): { image: string | null; message: string | null } => {
  const match = backOff.exec(failure.message);
  if (!match) return { image: imageIn(failure.message), message: failure.message };
  const message = match[2] === undefined ? null : failure.message.slice(match[0].length);
  return { image: match[1] ?? null, message };
};

const podOf = (name: string | undefined): { namespace: string; pod: string } | null => {
  const slash = name?.indexOf('/') ?? -1;
  return name === undefined || slash < 0 ? null : { namespace: name.slice(0, slash), pod: name.slice(slash + 1) };
};

const oldPod = /"([^"_()]{1,253})_([^"_()]{1,63})(?:\(([^")]{1,64})\))?"/;

/** `pod="ns/name" podUID=…`, or before klog was structured `Error syncing pod UID ("name_ns(uid)"), skipping: …`. */
const podOfSync = (record: LogRecord): { namespace: string; pod: string; podUid: string | null } | null => {
  const pod = podOf(record.fields.get('pod'));
  if (pod) return { ...pod, podUid: record.fields.get('podUID') ?? null };
  const old = oldPod.exec(record.message);
  return old ? { namespace: old[2] ?? '', pod: old[1] ?? '', podUid: old[3] ?? null } : null;
};

const syncEvents = (record: LogRecord, at: number): PullEvent[] => {
  const pod = podOfSync(record);
  const failures = readSyncError(record.fields.get('err') ?? record.message).filter(isPullReason);
  return failures.flatMap((failure): PullEvent[] => {
    const { image, message } = readMessage(failure);
    if (pod) {
      const container = failure.action === 'StartContainer' ? failure.target : 'POD';
      const who: PodContainer = { ...pod, container };
      return [{ kind: 'pod-failed', at, who, reason: failure.reason, image, message }];
    }
    return image === null || message === null ? [] : [{ kind: 'image-failed', at, source: 'kubelet', image, message }];
  });
};

const imageFailed = (record: LogRecord, at: number): PullEvent[] => {
  const old = /^(?:PullImage|Pull image) "([^"]+)" (?:from image service )?failed(?:, error)?(?:: )?/.exec(
    record.message,
  );
  const image = record.fields.get('image') ?? old?.[1];
  const error = record.fields.get('err') ?? record.fields.get('error');
  const message = error ?? (old ? record.message.slice(old[0].length) : '');
  const source = record.format === 'logfmt' || record.fields.has('error') ? 'runtime' : 'kubelet';
  if (image === undefined || message === '') return [];
  // One line for each credential that was tried, and this one besides where there was none.
  const anonymous = source === 'kubelet' && record.message.startsWith('Failed to pull image');
  return [{ kind: 'image-failed', at, source, image, message, ...(anonymous ? { anonymous } : {}) }];
};

/** The number that CRI-O's lines of one request carry; containerd's carry none. */
const requestOf = ({ fields }: LogRecord): { request?: string } => {
  const request = fields.get('id') ?? '';
  return /^[\w-]{1,64}$/.test(request) ? { request } : {};
};

const imagePulled = (record: LogRecord, at: number): PullEvent[] => {
  const image = /^(?:Pulled image:? |PullImage )"?([^"\s]+)"?(?: with image id | returns image reference |$)/.exec(
    record.message,
  )?.[1];
  return image === undefined ? [] : [{ kind: 'image-pulled', at, image, ...requestOf(record) }];
};

/** containerd's `PullImage "X"` and CRI-O's `Pulling image: X`, logged as the call comes in (level info). */
const pullStarted = (record: LogRecord, at: number): PullEvent[] => {
  const image = /^(?:PullImage "([^"\s]+)"|Pulling image: (\S+))$/.exec(record.message);
  const name = image?.[1] ?? image?.[2];
  return name === undefined ? [] : [{ kind: 'pull-started', at, image: name, ...requestOf(record) }];
};

const hostFailed = (record: LogRecord, at: number): PullEvent[] => {
  const host = record.fields.get('host');
  return host === undefined
    ? []
    : [{ kind: 'host-failed', at, host, message: record.fields.get('error') ?? record.message }];
};

const podStarted = (record: LogRecord, at: number): PullEvent[] => {
  const pod = podOf(record.fields.get('pod'));
  return pod ? [{ kind: 'pod-started', at, ...pod }] : [];
};

/** `pods=["ns/a","ns/b"]`, `pods=[ns/a ns/b]` before 1.26, `"a_ns(uid), b_ns(uid)"` before klog was structured. */
const podsGone = (record: LogRecord, at: number): PullEvent[] => {
  const listed = record.fields.get('pods');
  if (listed === undefined)
    return [...record.message.matchAll(/([\w.-]+)_([\w-]+)\([^)]+\)/g)].map(([, pod = '', namespace = '']) => ({
      kind: 'pod-gone',
      at,
      namespace,
      pod,
    }));
  return listed
    .split(/[\s,"[\]]+/)
    .flatMap(name => podOf(name) ?? [])
    .map(pod => ({ kind: 'pod-gone', at, ...pod }));
};

const secretMissing = (record: LogRecord, at: number): PullEvent[] => {
  const old = /pull secret \S+ for ([^\s/]+\/\S+) due to (.+?)\.?(?:\s{2}The image pull may not succeed\.)?$/.exec(
    record.message,
  );
  const pod = podOf(record.fields.get('pod') ?? old?.[1]);
  return pod ? [{ kind: 'secret-missing', at, ...pod, message: record.fields.get('err') ?? old?.[2] ?? '' }] : [];
};

const credentialsFailed = (record: LogRecord, at: number): PullEvent[] => {
  const image = record.fields.get('image');
  return image === undefined
    ? []
    : [{ kind: 'credentials-failed', at, image, message: record.fields.get('err') ?? record.message }];
};

const kubeletStarted = (record: LogRecord, at: number): PullEvent[] => {
  const version = record.fields.get('kubeletVersion');
  return version === undefined || !/^[!-~]{1,128}$/.test(version) ? [] : [{ kind: 'kubelet-started', at, version }];
};

type Reader = { begins: RegExp; read: (record: LogRecord, at: number) => PullEvent[] };

/** The messages that say something about a pull, by how they begin; the first that fits reads the record. */
const readers: Reader[] = [
  { begins: /^Error syncing pod/, read: syncEvents },
  { begins: /^(?:PullImage|Pull image) .*failed|^Failed to pull image/, read: imageFailed },
  { begins: /^Pulled image|^PullImage .* returns image reference/, read: imagePulled },
  { begins: /^PullImage "[^"\s]+"$|^Pulling image: /, read: pullStarted },
  { begins: /^(?:trying next host|fetch failed)/, read: hostFailed },
  { begins: /^Unable to retrieve pull secret/, read: secretMissing },
  { begins: /^Failed to provide credentials for image/, read: credentialsFailed },
  { begins: /^Observed pod startup duration/, read: podStarted },
  { begins: /^Kubelet version$/, read: kubeletStarted },
  { begins: /^SyncLoop \(?(?:DELETE|REMOVE)/, read: podsGone },
];

const suppressed = /^Suppressed (\d{1,12}) messages/;

/**
 * What one log line of the kubelet, containerd or CRI-O says about pulls, at `at` (epoch milliseconds, from the journal).
 * Multi-line klog values must have been rejoined (klog-lines.ts). Never throws.
 */
export const readLogLine = (line: string, at: number): LogLine => {
  if (!interesting.test(line)) return nothing;
  const lost = suppressed.exec(line);
  if (lost) return { events: [{ kind: 'lines-lost', at, count: Number(lost[1]) }], torn: false };
  const record = readLogRecord(line);
  if (record === null) return nothing;
  if (record.format === 'torn') return { events: [], torn: true };
  const reader = readers.find(candidate => candidate.begins.test(record.message));
  return reader ? { events: reader.read(record, at), torn: false } : nothing;
};
