import type { Cause } from '../model/cause.ts';
import type { Evidence, Finding, FindingPod } from '../model/finding.ts';
import { normalImage, parseImageRef } from '../model/image-ref.ts';
import type { PullPolicy } from '../model/pull-policy.ts';
import type { WaitingImage, WatchStep } from '../model/recovery.ts';
import type { OpenPull } from '../model/report.ts';
import { failedAt } from './finding-times.ts';

/** An open pull, with whether the kubelet had credentials for its latest attempt where its lines tell. */
type Pull = Pick<OpenPull, 'image'> & { hadCredentials?: boolean };

/** Steps that can be asked by themselves; what is of the node's own settings is no step but a file that changes. */
const askable: ReadonlySet<string> = new Set([
  ...['dns.resolve', 'tcp.connect', 'proxy.connect', 'tls.handshake', 'tls.chain'],
  ...['registry.ping', 'registry.token', 'registry.manifest', 'registry.blob', 'registry.platform', 'node.disk'],
]);

/** The step that broke where no walk has told yet, by what the text says; a text that is wrong costs one walk. */
const stepOf: Partial<Record<Cause, string>> = {
  'dns-failure': 'dns.resolve',
  'network-unreachable': 'tcp.connect',
  'network-timeout': 'tcp.connect',
  'connection-reset': 'registry.ping',
  'proxy-failure': 'proxy.connect',
  'registry-error': 'registry.ping',
  'not-a-registry': 'registry.ping',
  'disk-full': 'node.disk',
  // Nothing on the path shows these: the pull itself is the only test.
  ...({ 'content-corrupt': 'pull', snapshotter: 'pull', 'pull-cancelled': 'pull', other: 'pull' } as const),
  ...({ 'backoff-only': 'pull', 'runtime-unavailable': 'pull', 'credential-provider': 'walk' } as const),
};

const lastFault = (evidence: readonly Evidence[] = []): Evidence | undefined =>
  evidence.findLast(({ code }) => code !== null);

/** What is asked until it passes: the very check that failed at its host, else what the cause points to. */
const watchStep = ({ cause, retry, stage, host, registry, evidence }: Finding): WatchStep => {
  if (cause === 'disk-full') return { check: 'node.disk', host: null };
  // What only a change of the node's own settings mends is seen by its files, and nothing is sent for it.
  if (retry === 'never') return { check: stage === 'tls' || stage === 'config' ? 'files' : 'none', host: null };
  const fault = lastFault(evidence);
  const check = fault?.check === 'dns.nameserver' ? 'dns.resolve' : fault?.check;
  if (check !== undefined) return { check: askable.has(check) ? check : 'walk', host: fault?.host ?? host ?? registry };
  return { check: stepOf[cause] ?? 'walk', host: host ?? registry };
};

/** Pulls by the full name of their image. */
const byImage = (pulls: readonly Pull[]): ReadonlyMap<string, Pull[]> =>
  Map.groupBy(pulls, ({ image }) => normalImage(image));

/** What is known of one container's policy. */
type PolicyOf = (pod: FindingPod) => PullPolicy | null;

/** One container that takes the image from the node makes a pull worth it; where all that is known want it from the registry, it is not. */
const policyOfAll = (pods: readonly FindingPod[], policyOf: PolicyOf): Pick<WaitingImage, 'policy'> => {
  const known = new Set(pods.map(policyOf));
  if (known.has('IfNotPresent')) return { policy: 'IfNotPresent' };
  return known.has('Always') ? { policy: 'Always' } : {};
};

/** The images that containers of this node wait for, by the node's findings, its open pulls and what is known of policies. */
export const waitingImages = (
  findings: readonly Finding[],
  pulls: readonly Pull[],
  policyOf: PolicyOf = () => null,
): WaitingImage[] => {
  const known = byImage(pulls);
  return findings.flatMap((finding): WaitingImage[] => {
    const { image, cause, retry, pods } = finding;
    const parsed = image === null ? null : parseImageRef(image);
    if (image === null || parsed?.ok !== true || pods.length === 0) return [];
    const had = known.get(normalImage(image))?.map(pull => pull.hadCredentials) ?? [];
    const times = pods.flatMap(pod => (pod.nextAttemptAt === null ? [] : [pod.nextAttemptAt]));
    return [
      {
        ...{ image, registry: parsed.ref.registry, cause, retry, step: watchStep(finding) },
        ...policyOfAll(pods, policyOf),
        isPrivate: had.includes(true) && !had.includes(false),
        failedAt: failedAt(finding),
        nextAttemptAt: times.length === 0 ? null : Math.max(...times),
      },
    ];
  });
};
