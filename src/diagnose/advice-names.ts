import { apiHost, parseImageRef } from '../model/image-ref.ts';
import { runtimes, type Runtime } from './runtime.ts';

/** What is known beside the text, for the commands of the fix. */
export type KnownNames = { image?: string; namespace?: string; pod?: string; container?: string; node?: string };

/** The names that advice speaks of: each as the text gives it, or a word in capitals for the reader to replace. */
export type AdviceNames = {
  image: string;
  /** What is wrong with the image's name, in the reference library's words; null where nothing is. */
  imageError: string | null;
  /** The image without registry, tag and digest. */
  repository: string;
  tag: string;
  /** As images name it: `docker.io` for Docker Hub. */
  registry: string;
  /** Where requests go: the host that failed, or the registry's own. */
  host: string;
  /** What `kubectl create secret docker-registry` wants as server (Docker Hub's is its old address). */
  server: string;
  namespace: string;
  pod: string;
  container: string;
  node: string;
  /** `deployment/web` */
  workload: string;
  /** Where the node's runtime looks for this registry's CA. */
  certs: string;
  runtime: Runtime;
};

type Given = {
  image: string | null;
  registry: string | null;
  host: string | null;
  known: KnownNames & { workload?: string };
  runtime: Runtime;
};

const hostPattern = /^(?:\w[\w-]{0,62}(?:\.[\w-]{1,63}){0,20}|\[[0-9a-fA-F:.]{2,45}\])(?::\d{1,5})?$/;
const podNamePattern = /^[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?$/;

const valid = (pattern: RegExp, value: string | null | undefined, placeholder: string): string =>
  value !== null && value !== undefined && pattern.test(value) ? value : placeholder;

/** A pod's name without what its ReplicaSet added: `web-5d4f8c7b9-x2k4q` belongs to the deployment `web`. */
const workloadOf = (pod: string | undefined): string => {
  const deployment = /^(.{1,200}?)-[bcdfghjklmnpqrstvwxz2456789]{6,10}-[bcdfghjklmnpqrstvwxz2456789]{5}$/.exec(
    pod ?? '',
  );
  if (deployment?.[1] !== undefined) return `deployment/${deployment[1]}`;
  const set = /^(.{1,200})-\d{1,4}$/.exec(pod ?? '');
  return set?.[1] === undefined ? 'deployment/NAME' : `statefulset/${set[1]}`;
};

/** Gathers the names; what is no valid name, and so might be a trick, becomes its placeholder. */
export const adviceNames = ({ image, registry, host, known, runtime }: Given): AdviceNames => {
  const parsed = parseImageRef(image ?? known.image ?? '');
  const own = valid(hostPattern, registry ?? (parsed.ok ? parsed.ref.registry : null), 'REGISTRY');
  const failed = valid(hostPattern, host, own === 'REGISTRY' ? 'REGISTRY' : apiHost(own));
  const owner = valid(/^[a-z]{1,40}\/[a-z0-9.-]{1,253}$/, known.workload ?? workloadOf(known.pod), 'deployment/NAME');
  return {
    image: parsed.ok ? (image ?? known.image ?? 'IMAGE') : 'IMAGE',
    imageError: parsed.ok || (image ?? known.image ?? '') === '' ? null : parsed.error,
    repository: parsed.ok ? parsed.ref.repository : 'REPOSITORY',
    tag: parsed.ok ? (parsed.ref.tag ?? parsed.ref.digest ?? 'TAG') : 'TAG',
    registry: own,
    host: failed,
    server: own === 'docker.io' ? 'https://index.docker.io/v1/' : own,
    namespace: valid(podNamePattern, known.namespace, 'NAMESPACE'),
    pod: valid(podNamePattern, known.pod, 'POD'),
    container: valid(podNamePattern, known.container, 'CONTAINER'),
    node: valid(podNamePattern, known.node, 'NODE'),
    workload: owner,
    certs: `${runtimes[runtime].certs}/${runtime === 'containerd' ? own : failed}`,
    runtime,
  };
};
